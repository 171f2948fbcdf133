public import LoopbackS3
public import S3Compat

extension LoopbackS3Server {
    /// The credentials that it accepts.
    public var credentials: S3Credentials {
        S3Credentials(
            accessKeyID: configuration.accessKeyID,
            secretAccessKey: configuration.secretAccessKey,
            sessionToken: configuration.sessionToken
        )
    }
}
