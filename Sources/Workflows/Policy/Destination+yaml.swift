import Domain

extension Destination {
    init?(_ value: YAMLValue, _ problems: ProblemList) {
        let keys = ["name", "webhook", "security-hub"]
        guard let reader = MappingReader(value, "a destination", keys: keys, problems),
            let name = reader.required("name", expected: "its name").flatMap({
                problems.text($0, expected: "its name")
            })
        else { return nil }
        switch (reader.value("webhook"), reader.value("security-hub")) {
        case (let value?, nil):
            guard let webhook = Webhook(value, problems) else { return nil }
            self.init(name: name, webhook: webhook)
        case (nil, let value?):
            guard let hub = SecurityHub(value, problems) else { return nil }
            self.init(name: name, securityHub: hub)
        case (nil, nil), (_?, _?):
            problems.add("a destination is one thing: expected `webhook` or `security-hub`", at: reader.place)
            return nil
        }
    }
}

extension Destination.Webhook {
    fileprivate init?(_ value: YAMLValue, _ problems: ProblemList) {
        let expected = "an address such as https://bridge.example/ringmaster"
        guard let reader = MappingReader(value, "`webhook`", keys: ["url", "of"], problems),
            let url = reader.required("url", expected: expected).flatMap({ problems.text($0, expected: expected) })
        else { return nil }
        self.init(url: url)
        guard reader.value("of") != nil else { return }
        subjects = reader.list("of").compactMap { problems.word($0, Destination.Subject.self) }
    }
}

extension Destination.SecurityHub {
    fileprivate init?(_ value: YAMLValue, _ problems: ProblemList) {
        let expected = "the account's twelve digits, quoted"
        guard let reader = MappingReader(value, "`security-hub`", keys: ["account", "regions"], problems),
            let account = reader.required("account", expected: expected).flatMap({
                problems.text($0, expected: expected)
            })
        else { return nil }
        self.init(account: account)
        guard let map = reader.value("regions") else { return }
        guard case .mapping(let entries) = map.content else {
            problems.add("found \(map.title): expected a mapping of sites to regions of AWS", at: map.place)
            return
        }
        for entry in entries {
            regions[entry.key] = problems.text(entry.value, expected: "a region such as eu-west-2")
        }
    }
}
