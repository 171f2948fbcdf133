import FoundationEssentials
import GroundworkCore
import GroundworkTesting
@testable import PGBackup
import Testing

@Suite struct BackupKeysTests {
    private let id = BackupID(
        Date(timeIntervalSince1970: 1_769_299_200),
        random: ManualRandom(words: [0x0123_4567_89AB_CDEF])
    )

    @Test func idsHoldTheTimeAnd128Bits() throws {
        #expect(id.text == "20260125T000000Z-efcdab8967452301efcdab8967452301")
        #expect(BackupID(id.text) == id)
        #expect(id.date == Date(timeIntervalSince1970: 1_769_299_200))
    }

    @Test(arguments: [
        "", "20260125T000000Z", "20260125T000000Z-xyz", "20261325T000000Z-efcdab8967452301efcdab8967452301",
        "20260125T000000Z-EFCDAB8967452301efcdab8967452301", "../20260125T000000Z-efcdab8967452301efcdab8967452301",
        "20260125t000000z-efcdab8967452301efcdab8967452301",
    ])
    func refusesWhatIsNoID(text: String) {
        #expect(BackupID(text) == nil)
    }

    @Test(arguments: [("backup", "backup/"), ("a/b//", "a/b/"), ("", ""), ("vlvt_backup_", "vlvt_backup_/")])
    func putsEverythingIntoTheFolder(prefix: String, folder: String) {
        let keys = BackupKeys(prefix: prefix)
        #expect(keys.manifest(id) == "\(folder)manifests/\(id).manifest.json")
        #expect(keys.data(id) == "\(folder)data/\(id).dump.gz")
        #expect(keys.id(ofManifest: keys.manifest(id)) == id)
    }

    @Test func doesNotTakeOtherObjectsForManifests() {
        let keys = BackupKeys(prefix: "backup")
        #expect(keys.id(ofManifest: "backup-2026-01-25T00:00:00.000Z.tar.gz") == nil)
        #expect(keys.id(ofManifest: "backup/manifests/notes.txt") == nil)
        #expect(keys.id(ofManifest: "backup/manifests/x.manifest.json") == nil)
    }
}
