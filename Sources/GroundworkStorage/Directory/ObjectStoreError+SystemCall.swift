import Glibc
import GroundworkCore

extension ObjectStoreError {
    /// Turns a failed system call into the error of a store.
    /// - Parameter action: what was tried, to complete "Cannot …": `store the object`.
    init(_ error: SystemCallError, cannot action: String, key: String? = nil, store: String) {
        let code: Code
        var remedy = ""
        switch error.number {
        case ENOSPC, EDQUOT:
            code = .noSpace
            remedy = " Free some space or choose another directory."
        case EFBIG: code = .tooLarge
        case EACCES, EPERM, EROFS:
            code = .accessDenied
            remedy = " Allow the user that runs this program to use the directory."
        case ENAMETOOLONG: code = .invalidKey
        case ELOOP:
            code = .invalidKey
            remedy = " A symbolic link stands on the way; the store does not follow any."
        case EMFILE, ENFILE, ENOMEM: code = .unavailable
        default: code = .failed
        }
        let name = key.map { " \($0.debugDescription)" } ?? ""
        self.init(
            code,
            "Cannot \(action)\(name): \(error.call) says \(error.reason).\(remedy)",
            key: key,
            store: store,
            underlyingError: error
        )
    }
}
