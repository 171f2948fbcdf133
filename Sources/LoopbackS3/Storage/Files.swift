import Glibc

/// Removes a file; one that is not there is no error.
func removeFile(_ path: String) {
    _ = unsafe unlink(path)
}
