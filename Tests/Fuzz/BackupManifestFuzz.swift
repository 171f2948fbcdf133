/// Reads manifests out of whatever the fuzzer thinks of.
///
/// What is accepted can be asked everything, and comes back the same when it is written and read again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBackupManifest(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    let manifest: BackupManifest
    do throws(PGBackupError) {
        manifest = try BackupManifest.decode(input, key: "m")
    } catch {
        guard error.code == .invalidManifest || error.code == .unsupportedManifest else { fatalError("\(error)") }
        return 0
    }
    guard manifest.storedLength > 0, !manifest.objects.isEmpty else { fatalError("there is nothing to restore") }
    _ = manifest.id.date
    guard let written = try? manifest.encoded() else { fatalError("it cannot be written") }
    guard let again = try? BackupManifest.decode(written, key: "m"), let twice = try? again.encoded() else {
        fatalError("what was written cannot be read")
    }
    guard twice == written else { fatalError("it reads otherwise") }
    return 0
}
