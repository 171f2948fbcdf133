/// How much of a document an ``XMLReader`` takes before it refuses.
package struct XMLLimits: Sendable, Hashable {
    /// The bytes of the whole document. A page of 1,000 keys of 1,024 bytes, each escaped as `%XX`, is 3 MiB.
    package var maximumBytes = 16 << 20
    /// How deep elements may be nested; S3 needs 6.
    package var maximumDepth = 32
    /// The attributes of one element.
    package var maximumAttributes = 16
    /// The bytes of a name.
    package var maximumNameBytes = 256

    package init() {}
}

/// Why a document was refused.
package struct XMLError: Error, Sendable, Hashable, CustomStringConvertible {
    package struct Reason: Sendable, Hashable, CustomStringConvertible {
        package let description: String
        private init(_ description: String) { self.description = description }

        package static let tooLarge = Reason("the document is larger than the limit")
        package static let tooDeep = Reason("elements are nested deeper than the limit")
        package static let tooManyAttributes = Reason("an element has more attributes than the limit")
        package static let nameTooLong = Reason("a name is longer than the limit")
        package static let notUTF8 = Reason("it is not UTF-8")
        package static let unsupportedEncoding = Reason("it declares an encoding other than UTF-8")
        package static let documentType = Reason("it has a document type declaration, which is not accepted")
        package static let unknownEntity = Reason("it uses an entity other than the five of XML")
        package static let invalidCharacter = Reason("it holds a character that XML does not allow")
        package static let malformed = Reason("its markup is malformed")
        package static let mismatchedTag = Reason("an end tag does not match its start tag")
        package static let truncated = Reason("it ends too early")
        package static let noRoot = Reason("it has no root element")
        package static let contentOutsideRoot = Reason("there is content outside the root element")
        package static let duplicateAttribute = Reason("an attribute is given twice")
        package static let unexpectedElement = Reason("an element stands where text or another element was expected")
        package static let missingElement = Reason("an element that must be there is missing")
        package static let invalidValue = Reason("an element's text is not of the form it must have")
    }

    package let reason: Reason
    /// The position in bytes.
    package let offset: Int

    package init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    package var description: String { "\(reason) (at byte \(offset))" }
}
