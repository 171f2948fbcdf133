import Glibc

/// Processor time of this process in seconds.
func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// The processor times of `rounds` runs, in order of size.
func times(rounds: Int, _ body: () async throws -> Void) async rethrows -> [Double] {
    var result: [Double] = []
    for _ in 0..<rounds {
        let start = processorTime()
        try await body()
        result.append(processorTime() - start)
    }
    return result.sorted()
}

/// A line of `/proc/self/status` that counts kB, in bytes; see proc_pid_status(5).
func status(_ name: String) -> Int {
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var text = [CChar](repeating: 0, count: 8192)
    let count = fread(&text, 1, text.count, file)
    for line in String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self).split(separator: "\n")
    {
        let words = line.split { $0 == " " || $0 == "\t" || $0 == ":" }
        if words.first == Substring(name), words.count > 1 { return (Int(words[1]) ?? 0) << 10 }
    }
    return 0
}
