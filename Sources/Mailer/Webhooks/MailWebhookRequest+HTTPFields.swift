public import HTTPTypes

extension MailWebhookRequest {
    /// Takes the fields of a request.
    public init(headerFields: HTTPFields, body: [UInt8]) {
        self.init(headers: headerFields.map { (name: $0.name.rawName, value: $0.value) }, body: body)
    }
}
