import GroundworkTestProcesses
import Testing

@Suite struct RawServerTests {
    @Test func aStoppedServerTakesNoConnectionOfTheNext() async throws {
        for _ in 0..<50 {
            let stopped = try RawServer { _ = $0.readHead() }
            // Its thread is somewhere between two accepts when it is stopped.
            #expect(await LoopbackPort.accepts(stopped.port))
            stopped.stop()
            try await withServer({ while $0.readHead() != nil { $0.answer("ok") } }) { server in
                for _ in 0..<2 { #expect(await LoopbackPort.httpStatus(server.port) == 200) }
            }
        }
    }
}
