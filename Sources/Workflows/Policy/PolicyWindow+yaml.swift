import Domain

extension PolicyWindow {
    init?(_ value: YAMLValue, _ problems: ProblemList) {
        guard let reader = MappingReader(value, "a window", keys: ["name"] + WindowReader.keys, problems) else {
            return nil
        }
        let name = reader.required("name", expected: "the window's name").flatMap {
            problems.text($0, expected: "the window's name")
        }
        guard let name, let rule = WindowReader.rule(reader) else { return nil }
        self.init(name: name, rule: rule)
    }
}
