/// Reads `.env` files out of whatever the fuzzer thinks of, in every dialect, with expansion.
///
/// The first byte chooses how strictly. Places lie within the file; what is read without an error is read the same when
/// errors are collected; a value that has a portable form reads back the same in every dialect.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDotEnv(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 0 else { return 0 }
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let file = Array(bytes.dropFirst())
    let lines = file.count { $0 == 0x0A } + 1
    for dialect in DotEnvDialect.all {
        for expansion in [DotEnvExpansion.off, .on(process: ["A": "1", "EMPTY": "", "TEXT": "$A ${A} `x`"])] {
            var options = DotEnvOptions(dialect: dialect, reading: bytes[0] & 1 == 0 ? .strict : .faithful)
            options.expansion = expansion
            options.limits.expansionDepth = Int(bytes[0] >> 4)
            let (found, errors) = DotEnvFile.recovering(parsing: file, options: options)
            for place in errors.map({ ($0.line, $0.column) }) + found.entries.map({ ($0.line, $0.column) }) {
                guard place.0 >= 1, place.0 <= lines, place.1 >= 1, place.1 <= file.count + 1 else {
                    fatalError("no such place: \(place)")
                }
            }
            for entry in found.entries {
                guard !entry.name.isEmpty, entry.value?.utf8.contains(0) != true else { fatalError("no variable") }
            }
            do {
                let again = try DotEnvFile(parsing: file, options: options)
                guard errors.isEmpty, again.entries == found.entries else { fatalError("it reads otherwise") }
            } catch {
                guard errors.first == error else { fatalError("another error: \(error), \(errors)") }
            }
        }
    }
    _ = DotEnvPortability.findings(in: file)
    let value = String(decoding: file.prefix(256), as: UTF8.self)
    if let form = DotEnvQuoting.quote(value) {
        for dialect in DotEnvDialect.all {
            let options = DotEnvOptions(dialect: dialect, reading: .faithful, expansion: .on(process: [:]))
            guard let read = try? DotEnvFile(parsing: Array("A=\(form)\nB=1".utf8), options: options),
                read["A"]?.value.map({ Array($0.utf8) == Array(value.utf8) }) == true, read["B"]?.value == "1"
            else { fatalError("\(dialect) reads otherwise: \(form)") }
        }
    }
    return 0
}
