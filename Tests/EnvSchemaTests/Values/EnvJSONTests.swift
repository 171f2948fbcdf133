import EnvSchema
import GroundworkBase
import Testing

@Suite struct EnvJSONTests {
    struct Feature: Decodable, Sendable, Equatable {
        var name: String
        var ratio: Double
    }

    @Test func jsonIsDecoded() {
        #expect(read(EnvJSON<Feature>.self, #"{"name":"x","ratio":0.5}"#)?.value == Feature(name: "x", ratio: 0.5))
        #expect(read(EnvJSON<[Int]>.self, "[1,2]")?.value == [1, 2])
        #expect(read([EnvJSON<Feature>].self, #"[{"name":"x","ratio":0.5}]"#)?.count == 1)
    }

    @Test func whatIsWrongIsNamedWithoutTheText() {
        #expect(refusal(EnvJSON<Feature>.self, #"{"name":"ΔΔΔΔ"}"#) == "the member ratio is missing")
        #expect(refusal(EnvJSON<Feature>.self, #"{"name":7,"ratio":1}"#) == "String is expected (at depth 1)")
        for text in [
            #"{"name":"ΔΔΔΔ"#, "ΔΔΔΔ", #"{"name":"ΔΔΔΔ","ratio":"ΔΔΔΔ"}"#, #"{"ΔΔΔΔ":1,"ΔΔΔΔ":2}"#, #"[1,"ΔΔΔΔ"]"#,
        ] {
            let reason = refusal(EnvJSON<Feature>.self, text)
            #expect(reason != nil && reason?.contains("Δ") == false)
        }
        #expect(refusal(EnvJSON<[String: Int]>.self, #"{"ΔΔΔΔ":"x"}"#)?.contains("Δ") == false)
    }

    @Test func repeatedNamesAreRefused() {
        #expect(refusal(EnvJSON<Feature>.self, #"{"name":"x","name":"y","ratio":1}"#)?.contains("twice") == true)
    }

    @Test func hostileDepthAndLengthAreRefused() {
        let deep = String(repeating: "[", count: 50_000) + String(repeating: "]", count: 50_000)
        #expect(refusal(EnvJSON<[Int]>.self, deep)?.contains("nested deeper") == true)
        let long = "\"" + String(repeating: "a", count: 1 << 20) + "\""
        #expect(refusal(EnvJSON<String>.self, long)?.contains("longer than") == true)
    }
}
