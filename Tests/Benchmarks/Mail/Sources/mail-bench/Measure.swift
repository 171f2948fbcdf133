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
