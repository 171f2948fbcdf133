import FoundationEssentials
import GroundworkCore
import GroundworkTesting
@testable import PGBackup
import Testing

/// A notifier that does what a test says.
private struct ScriptedNotifier: BackupNotifier {
    var name = "scripted"
    var everything = false
    let body: @Sendable (BackupEvent) async throws -> Void

    func wants(_ kind: BackupEvent.Kind) -> Bool { everything || kind != .succeeded }
    func notify(_ event: BackupEvent) async throws { try await body(event) }
}

@Suite struct BackupNotificationsTests {
    private struct Refused: Error, CustomStringConvertible { var description: String { "no thanks" } }

    private let failed = BackupEvent(
        .failed,
        date: Date(timeIntervalSince1970: 0),
        database: "shop",
        message: "It failed."
    )
    private let succeeded = BackupEvent(
        .succeeded,
        date: Date(timeIntervalSince1970: 0),
        database: "shop",
        message: "Done."
    )

    @Test func deliversInOrderWhatIsWanted() async {
        let seen = Locked<[String]>([])
        let notifier = ScriptedNotifier { event in seen.withLock { $0.append(event.kind.rawValue) } }
        let all = ScriptedNotifier(everything: true) { event in seen.withLock { $0.append("all \(event.kind)") } }
        #expect(await BackupNotifications([notifier]).deliver([failed, succeeded, failed]).isEmpty)
        #expect(seen.withLock { $0 } == ["failed", "failed"])
        #expect(await BackupNotifications([all]).deliver([succeeded]).isEmpty)
        #expect(seen.withLock { $0 }.last == "all succeeded")
    }

    @Test func aFailureIsReportedAndStopsNoOther() async {
        let seen = Locked(0)
        let notifications = BackupNotifications([
            ScriptedNotifier(name: "bad") { _ in throw Refused() },
            ScriptedNotifier(name: "good") { _ in seen.withLock { $0 += 1 } },
        ])
        let failures = await notifications.deliver([failed])
        #expect(failures.map(\.description) == ["The notifier bad did not deliver the event failed: no thanks"])
        #expect(seen.withLock { $0 } == 1)
    }

    @Test func aNotifierThatHangsIsGivenUp() async {
        let time = ManualTime()
        var notifications = BackupNotifications([
            ScriptedNotifier(name: "hanging") { _ in try await Task.sleep(for: .seconds(3600)) }
        ])
        notifications.time = time
        async let failures = notifications.deliver([failed])
        await time.advance(by: .seconds(30), sleepers: 1)
        #expect(await failures.map(\.reason) == ["it did not end within 30.0 seconds."])
    }

    @Test func aNotifierThatDoesNotHeedCancellationIsLeftBehind() async {
        let time = ManualTime()
        let release = Promise<Bool>()
        var notifications = BackupNotifications([
            ScriptedNotifier(name: "deaf") { _ in _ = await release.value }
        ])
        notifications.time = time
        async let failures = notifications.deliver([failed])
        await time.advance(by: .seconds(30), sleepers: 1)
        #expect(await failures.count == 1)
        release.fulfil(true)
    }

    @Test func cancellationEndsTheWaiting() async {
        let time = ManualTime()
        var notifications = BackupNotifications([
            ScriptedNotifier(name: "hanging") { _ in try await time.sleep(for: .seconds(9)) }
        ])
        notifications.time = time
        let task = Task { [notifications, failed] in await notifications.deliver([failed]) }
        await time.waitForSleepers(2)
        task.cancel()
        #expect(await task.value.count == 1)
    }
}

@Suite struct HTTPNotifierTests {
    private let date = Date(timeIntervalSince1970: 1_795_651_200)

    private func event(_ kind: BackupEvent.Kind = .failed) -> BackupEvent {
        let error = PGBackupError(.connectionFailed, "The server \"db\" is not there.\nCheck it.")
        var event = BackupEvent(kind, date: date, database: "shop", message: "It <failed>.")
        event.run = RunRecord(startedAt: date, duration: .seconds(3), error: error)
        event.failures = 2
        return event
    }

    private func webhook(
        _ statuses: [Int],
        url: String = "https://hooks.example.com/T000/secret-path?token=hidden"
    ) throws -> (WebhookNotifier, Locked<[NotificationRequest]>, InstantTime) {
        let requests = Locked<[NotificationRequest]>([])
        let time = InstantTime()
        let notifier = try WebhookNotifier(url: Secret(url), time: time, random: ManualRandom(seed: 1)) { request in
            let number = requests.withLock { requests in
                requests.append(request)
                return requests.count
            }
            return statuses[min(number, statuses.count) - 1]
        }
        return (notifier, requests, time)
    }

    @Test func postsJSONThatSaysEverything() async throws {
        let (notifier, requests, _) = try webhook([204])
        try await notifier.notify(event())
        let request = try #require(requests.withLock { $0.first })
        #expect(request.method == "POST")
        #expect(request.contentType == "application/json")
        #expect(request.url.withValue { $0 }.hasSuffix("token=hidden"))
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"content":"It <failed>.","database":"shop","errorCode":"connectionFailed","event":"failed","failures":2,"#
                + #""message":"It <failed>.","seconds":3,"startedAt":"2026-11-26T00:00:00Z","text":"It <failed>.","#
                + #""time":"2026-11-26T00:00:00Z"}"#
        )
    }

    @Test(arguments: [
        ("https://a.example/b?c=d#e", "https", "a.example", "/b?c=d"), ("HTTP://a:8080", "http", "a:8080", "/"),
        ("https://a?x=1", "https", "a", "/?x=1"), ("https://[::1]:9/", "https", "[::1]:9", "/"),
    ])
    func cutsTheURLForTheSender(_ url: String, scheme: String, authority: String, path: String) async throws {
        let (notifier, requests, _) = try webhook([200], url: url)
        try await notifier.notify(event())
        let request = try #require(requests.withLock { $0.first })
        #expect(request.scheme == scheme)
        #expect(request.authority == authority)
        #expect(request.path.withValue { $0 } == path)
        #expect("\(request)".contains(path) == (path == "/"))
    }

    @Test func triesAgainWhenTheServerIsBusy() async throws {
        let (notifier, requests, time) = try webhook([503, 429, 200])
        try await notifier.notify(event())
        #expect(requests.withLock { $0.count } == 3)
        #expect(time.sleeps.count == 2)
    }

    @Test func givesUpAfterThreeTriesAndAtOnceWhenRefused() async throws {
        let (busy, requests, _) = try webhook([500])
        let error = await #expect(throws: NotificationError.self) { try await busy.notify(event()) }
        #expect(error?.message == "hooks.example.com answered with status 500.")
        #expect(requests.withLock { $0.count } == 3)
        let (refused, others, _) = try webhook([404])
        await #expect(throws: NotificationError.self) { try await refused.notify(event()) }
        #expect(others.withLock { $0.count } == 1)
        let (redirected, _, _) = try webhook([302])
        await #expect(throws: NotificationError.self) { try await redirected.notify(event()) }
    }

    @Test func noErrorShowsTheURL() async throws {
        struct Leaky: Error, CustomStringConvertible {
            var description: String { "cannot open https://hooks.example.com/T000/secret-path?token=hidden" }
        }
        let notifier = try WebhookNotifier(
            url: Secret("https://hooks.example.com/T000/secret-path?token=hidden"),
            time: InstantTime()
        ) { _ in throw Leaky() }
        let failures = await BackupNotifications([notifier]).deliver([event()])
        let text = "\(failures) \(notifier.name) \(notifier)"
        #expect(text.contains("hooks.example.com"))
        #expect(!text.contains("secret-path") && !text.contains("hidden"))
    }

    @Test(arguments: [
        "", "hooks.example.com", "ftp://a/b", "https://", "https:///x", "https://user:pw@host/x", "https://a b/",
        "https://a/\n",
        "javascript:alert(1)",
    ])
    func refusesWhatIsNoURL(url: String) {
        let error = #expect(throws: NotificationError.self) { try WebhookNotifier(url: Secret(url)) { _ in 200 } }
        #expect(error?.message.contains("pw") == false)
    }

    @Test func pingsOnSuccessOnly() async throws {
        let requests = Locked<[NotificationRequest]>([])
        let ping = try PingNotifier(url: Secret("https://ping.example.com/uuid")) { request in
            requests.withLock { $0.append(request) }
            return 200
        }
        let events = [event(.failed), event(.missed), event(.recovered), event(.firstSuccess), event(.succeeded)]
        #expect(await BackupNotifications([ping]).deliver(events).isEmpty)
        #expect(requests.withLock { $0.map(\.method) } == ["GET"])
        #expect(requests.withLock { $0.first?.body.isEmpty } == true)
    }
}
