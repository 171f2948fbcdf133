import Logging

extension S3Client {
    /// Writes one line for an attempt. The resource has no query, and headers are never logged.
    func log(_ request: S3Request, attempt: Int, since start: ContinuousClock.Instant, error: S3Error?) {
        guard let logger = configuration.logger else { return }
        let level: Logger.Level = error == nil ? .debug : .info
        guard logger.logLevel <= level else { return }
        var metadata: Logger.Metadata = [
            "s3.operation": "\(request.operation)",
            "s3.resource": "\(request.resource(provider: provider))",
            "s3.attempt": "\(attempt)",
            "s3.elapsed": "\(start.duration(to: time.monotonic))",
        ]
        if let error {
            metadata["s3.code"] = "\(error.code)"
            if let status = error.httpStatus { metadata["s3.status"] = "\(status)" }
            if let id = error.requestID { metadata["s3.request"] = "\(id)" }
            logger.log(level: level, "An attempt failed.", metadata: metadata)
        } else {
            logger.log(level: level, "Done.", metadata: metadata)
        }
    }
}
