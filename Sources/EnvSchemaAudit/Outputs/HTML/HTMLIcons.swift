/// The shapes of the page, so that no meaning hangs on a colour alone.
enum HTMLIcon: String, CaseIterable {
    case check, shared, reference, ring, cross, plus, question, bang, info, lock

    /// The drawing on a grid of 16 units.
    private var drawing: String {
        switch self {
        case .check: "<path d=\"M3 8.5l3.2 3.2L13 4.8\"/>"
        case .shared: "<path d=\"M2 5.5h10M9.5 3l2.5 2.5L9.5 8M14 10.5H4M6.5 8L4 10.5 6.5 13\"/>"
        case .reference: "<path d=\"M5 11L11.5 4.5M6 4.5h5.5V10\"/>"
        case .ring: "<circle cx=\"8\" cy=\"8\" r=\"4.6\"/>"
        case .cross: "<path d=\"M4 4l8 8M12 4l-8 8\"/>"
        case .plus: "<path d=\"M8 3v10M3 8h10\"/>"
        case .question: "<path d=\"M5.5 6a2.6 2.6 0 1 1 3.9 2.2C8.5 8.8 8 9.2 8 10M8 12.6v.2\"/>"
        case .bang: "<path d=\"M8 2.5L14 13H2zM8 6.5v3M8 11.2v.2\"/>"
        case .info: "<circle cx=\"8\" cy=\"8\" r=\"6\"/><path d=\"M8 7.3v3.6M8 4.9v.2\"/>"
        case .lock:
            "<rect x=\"3.5\" y=\"7\" width=\"9\" height=\"6\" rx=\"1.2\"/><path d=\"M5.5 7V5.2a2.5 2.5 0 0 1 5 0V7\"/>"
        }
    }

    /// All shapes, once at the start of the page.
    static var sprite: String {
        let symbols = allCases.map { "<symbol id=\"i-\($0.rawValue)\" viewBox=\"0 0 16 16\">\($0.drawing)</symbol>" }
        return "<svg class=\"sprite\" aria-hidden=\"true\" focusable=\"false\">\(symbols.joined())</svg>"
    }

    /// The shape where it is used; the text beside it says the same.
    var use: String {
        "<svg class=\"icon\" aria-hidden=\"true\" focusable=\"false\"><use href=\"#i-\(rawValue)\"/></svg>"
    }

    /// The shape of a status.
    init(_ status: AuditStatus) {
        switch status {
        case .configured: self = .check
        case .railwayReference: self = .reference
        case .optional: self = .ring
        case .notConfigured: self = .cross
        case .new: self = .plus
        case .unknown: self = .question
        default: self = .shared
        }
    }

    /// The shape of a severity.
    init(_ severity: AuditFinding.Severity) {
        switch severity {
        case .error: self = .cross
        case .warning: self = .bang
        case .note: self = .info
        }
    }
}

extension AuditStatus {
    /// The class that gives the colour.
    var tone: String {
        switch self {
        case .configured: "good"
        case .railwayReference: "link"
        case .optional: "quiet"
        case .notConfigured: "bad"
        case .new: "new"
        case .unknown: "warn"
        default: "share"
        }
    }
}

extension AuditFinding.Severity {
    /// The class that gives the colour.
    var tone: String {
        switch self {
        case .error: "bad"
        case .warning: "warn"
        case .note: "quiet"
        }
    }
}
