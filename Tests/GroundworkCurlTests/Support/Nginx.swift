import FoundationEssentials
import Glibc
import GroundworkCore
import GroundworkTestProcesses
import GroundworkTesting

/// A throw-away nginx with TLS, HTTP/2 and a certificate for `localhost` that nobody knows.
struct Nginx {
    let process: ChildProcess
    let port: UInt16
    let certificatePath: String
    let certificate: String

    /// How many bytes it has written so far, to anything.
    var bytesWritten: Int {
        let lines = (try? String(contentsOfFile: "/proc/\(process.processID)/io", encoding: .utf8)) ?? ""
        for line in lines.split(separator: "\n") where line.hasPrefix("wchar: ") { return Int(line.dropFirst(7)) ?? 0 }
        return 0
    }

    /// Runs `body` beside a server that lives in a temporary directory.
    static func run<Result>(_ body: (Nginx) async throws -> Result) async throws -> Result {
        try await withTemporaryDirectory { directory in
            let certificate = "\(directory)/certificate.pem"
            let key = "\(directory)/key.pem"
            try await ChildProcess.output(
                of: "openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out",
                    certificate,
                ]
            )
            let port = try LoopbackPort.free()
            try FileManager.default.createDirectory(atPath: "\(directory)/www", withIntermediateDirectories: false)
            try Data([UInt8](repeating: 0x61, count: 4 << 20)).write(to: URL(filePath: "\(directory)/www/large"))
            // 512 MiB that take no room.
            try Data().write(to: URL(filePath: "\(directory)/www/huge"))
            guard truncate("\(directory)/www/huge", 512 << 20) == 0 else { throw SystemCallError.last("truncate") }
            let configuration = """
                daemon off;
                master_process off;
                user root;
                pid \(directory)/pid;
                error_log \(directory)/error.log;
                events { worker_connections 256; }
                http {
                    access_log off;
                    client_max_body_size 1m;
                    client_body_temp_path \(directory)/body;
                    proxy_temp_path \(directory)/proxy;
                    fastcgi_temp_path \(directory)/fastcgi;
                    uwsgi_temp_path \(directory)/uwsgi;
                    scgi_temp_path \(directory)/scgi;
                    server {
                        listen 127.0.0.1:\(port) ssl http2;
                        ssl_protocols TLSv1.2 TLSv1.3;
                        ssl_certificate \(certificate);
                        ssl_certificate_key \(key);
                        root \(directory)/www;
                        add_header Spoken $server_protocol;
                        add_header Connection-Number $connection;
                        location /echo { return 200 "$request_uri"; }
                        location /store/ { client_max_body_size 0; dav_methods PUT; create_full_put_path on; }
                    }
                }
                """
            try Data(configuration.utf8).write(to: URL(filePath: "\(directory)/nginx.conf"))
            let process = try await ChildProcess.start(
                .init("/usr/sbin/nginx", ["-p", directory, "-c", "\(directory)/nginx.conf"])
            )
            do {
                try await process.waitUntilReady { await LoopbackPort.accepts(port) }
                let text = String(decoding: try Data(contentsOf: URL(filePath: certificate)), as: UTF8.self)
                let result = try await body(
                    Nginx(process: process, port: port, certificatePath: certificate, certificate: text)
                )
                _ = await process.stop()
                return result
            } catch {
                _ = await process.stop()
                throw error
            }
        }
    }
}
