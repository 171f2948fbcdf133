/// Ninety days as bars: what was stored above, how long it took below, and days without a backup in red.
struct StatusChart {
    private static let step = 10
    private static let barWidth = 8
    private static let sizeHeight = 120.0
    private static let timeTop = 136.0
    private static let timeHeight = 44.0
    private static let height = 181

    let days: [BackupHealth.Day]

    func write(_ html: inout HTMLText) {
        let width = max(1, days.count) * Self.step
        let sizes = Self.scale(days.compactMap { $0.storedBytes.map(Double.init) })
        let times = Self.scale(days.compactMap(\.seconds))
        html.element(
            "svg",
            [
                ("viewBox", "0 0 \(width) \(Self.height)"), ("preserveAspectRatio", "none"), ("role", "img"),
                ("aria-label", "Stored size and duration of the backups of the last \(days.count) days"),
            ]
        ) { html in
            for (index, day) in days.enumerated() {
                html.element("g") { html in
                    html.element("title", Self.title(day))
                    write(day, at: index * Self.step + 1, sizes, times, &html)
                }
            }
            for bottom in [Self.sizeHeight, Self.timeTop + Self.timeHeight] {
                let place = DecimalText.of(bottom + 0.5, digits: 1)
                html.element(
                    "line",
                    [("class", "axis"), ("x1", "0"), ("x2", "\(width)"), ("y1", place), ("y2", place)],
                    ""
                )
            }
        }
    }

    /// The greatest value; nil when there is none above zero.
    private static func scale(_ values: [Double]) -> Double? {
        values.filter { $0.isFinite && $0 > 0 }.max()
    }

    private func write(_ day: BackupHealth.Day, at x: Int, _ sizes: Double?, _ times: Double?, _ html: inout HTMLText) {
        if day.isGap {
            bar("g", x, top: 0, height: Self.sizeHeight, &html)
            bar("x", x, top: Self.sizeHeight - 6, height: 6, &html)
            return
        }
        if let bytes = day.storedBytes, let sizes {
            let height = max(2, (Self.sizeHeight - 4) * min(1, Double(max(0, bytes)) / sizes))
            bar(day.isDamaged ? "x" : "b", x, top: Self.sizeHeight - height, height: height, &html)
            if day.gaps + day.failures > 0 { bar("w", x, top: 0, height: 6, &html) }
        }
        if let seconds = day.seconds, let times {
            let height = max(1.5, (Self.timeHeight - 2) * min(1, max(0, seconds) / times))
            bar("t", x, top: Self.timeTop + Self.timeHeight - height, height: height, &html)
        }
    }

    private func bar(_ kind: String, _ x: Int, top: Double, height: Double, _ html: inout HTMLText) {
        html.element(
            "rect",
            [
                ("class", kind), ("x", "\(x)"), ("y", DecimalText.of(top, digits: 1)), ("width", "\(Self.barWidth)"),
                ("height", DecimalText.of(height, digits: 1)),
            ],
            ""
        )
    }

    private static func title(_ day: BackupHealth.Day) -> String {
        var parts: [String] = []
        if let bytes = day.storedBytes {
            parts.append("\(ByteText.of(bytes)) in \(DurationText.of(day.seconds ?? 0))")
        }
        if day.backups > 1 { parts.append("\(day.backups) backups") }
        if day.failures > 0 { parts.append("\(day.failures) failed") }
        if day.gaps > 0 { parts.append("\(day.gaps) missing") }
        if day.isDamaged { parts.append("damaged") }
        return "\(day.text): \(parts.isEmpty ? "nothing was due" : parts.joined(separator: ", "))"
    }
}

extension BackupHealth.Day {
    /// Whether something was due or tried and there is no backup.
    var isGap: Bool { backups == 0 && failures + gaps > 0 }
}
