import Domain

extension PolicyCalendar {
    /// What the item names as its calendar; nil for a freeze of its own.
    static func reference(_ value: YAMLValue) -> String? {
        guard case .mapping(let entries) = value.content,
            case .scalar(let text)? = entries.first(where: { $0.key == "calendar" })?.value.content
        else { return nil }
        return text
    }

    init?(
        _ source: String,
        _ value: YAMLValue,
        _ problems: ProblemList,
        _ read: (String) throws(UnreadableCalendar) -> String
    ) {
        guard let reader = MappingReader(value, "a calendar", keys: ["calendar", "sites"], problems) else { return nil }
        do throws(UnreadableCalendar) {
            let sites = reader.texts("sites", expected: "a site")
            self.init(source: source, text: try read(source), sites: sites)
        } catch {
            problems.add("\(error)", at: reader.value("calendar")?.place ?? value.place)
            return nil
        }
    }
}
