import Domain
import Foundation
import Testing

@testable import Advisories

@Suite("Feeds that mean harm")
struct HostileFeedTests {
    @Test(
        "A document type is refused before anything is read: no entity bomb, no file of this machine",
        arguments: [
            "<!DOCTYPE u [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>",
            "<!DOCTYPE u SYSTEM \"file:///etc/passwd\">",
            "<!-- x --><?pi?>\n <!doctype u>",
            "<!-- <updates> --><!DOCTYPE u [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>",
        ]
    )
    func documentType(declaration: String) throws {
        let text = "<?xml version=\"1.0\"?>\(declaration)<updates><update><id>&b;</id></update></updates>"
        #expect(try refusal(text).reason == "it declares a document type, which no feed has")
    }

    @Test("Only what precedes the root can declare one: a description may show it")
    func quotedDocumentType() throws {
        let title = "<![CDATA[<!DOCTYPE html>]]>"
        #expect(try advisory(UpdateinfoTests.feed(UpdateinfoTests.update(title: title))).title == "<!DOCTYPE html>")
    }

    @Test("XML in another encoding, without a root or with a prolog without end is refused")
    func otherXML() throws {
        let sixteen = try TestFeed(Data([0xff, 0xfe]) + (try #require("<updates/>".data(using: .utf16LittleEndian))))
        #expect(throws: FeedError.self) { try sixteen.read(as: .updateinfo) }
        for text in ["<!-- x", "<?xml", "<", "", "<updates/><updates/>", "<updates>&unknown;</updates>"] {
            let feed = try TestFeed(text)
            #expect(throws: FeedError.self, "\(text)") { try feed.read(as: .updateinfo) }
        }
        let prolog = try TestFeed("<!--" + String(repeating: "x", count: 100_000) + "--><updates/>")
        #expect(throws: FeedError.self) { try prolog.read(as: .updateinfo) }
    }

    @Test("What is nested too deep is refused")
    func depth() throws {
        let xml = String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100)
        #expect(try refusal("<updates><update>\(xml)</update></updates>").reason == "its elements are too deep")
        let json = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        let deep = try refusal(#"{"catalogVersion": \#(json), "vulnerabilities": []}"#)
        #expect(deep.reason == "it is nested too deep")
    }

    @Test(
        "An entry that is too large is reported, and the others are read",
        arguments: ["<![CDATA[x]]>", "text", "<i a='b'/>"]
    )
    func largeXML(filling: String) throws {
        let large = UpdateinfoTests.update(id: "A-2", more: String(repeating: filling, count: 10_000))
        let text = UpdateinfoTests.feed(UpdateinfoTests.update(id: "A-1") + large + UpdateinfoTests.update(id: "A-3"))
        let feed = try TestFeed(text)
        var items: [FeedItem] = []
        var xml = XMLFeed(root: "updates", entries: UpdateinfoEntries())
        xml.entryBytes = 10_000
        try xml.read(try FeedFile(path: feed.path)) { items.append($0) }
        #expect(
            items.map { $0.advisory?.id ?? $0.malformed?.reason } == [
                "A-1", "it is larger than \(xml.entryBytes) bytes", "A-3",
            ]
        )
        #expect(items[1].malformed?.place.hasSuffix(", A-2") == true)
    }

    @Test("An entry of JSON that is too large is reported, and the others are read")
    func largeJSON() throws {
        let entry = #"{"cveID": "CVE-2026-1001", "notes": ""#
        let large = entry + String(repeating: "x", count: 200_000) + "\"}"
        let feed = try TestFeed(#"{"vulnerabilities": [\#(entry)"}, \#(large), \#(entry)"}]}"#)
        var items: [FeedItem] = []
        try JSONFeed(path: [.member("vulnerabilities"), .eachElement], entryBytes: 100_000, CatalogueRecord.item)
            .read(try FeedFile(path: feed.path)) { items.append($0) }
        #expect(items.map { $0.malformed?.reason } == [nil, "it is larger than 100000 bytes", nil])
    }

    @Test("A line without end is refused")
    func longLine() throws {
        let text = "cve,epss,percentile\n" + String(repeating: "x", count: FeedLimits.lineBytes + 1)
        #expect(try refusal(text).reason == "the line is longer than \(FeedLimits.lineBytes) bytes")
    }

    @Test("Text that is not UTF-8 is refused or its entry reported")
    func notUTF8() throws {
        let scores = try TestFeed(Data("cve,epss,percentile\n".utf8) + [0xff, 0x0a])
        #expect(throws: FeedError.self) { try scores.read() }
        let xml = try TestFeed(Data("<updates><update><id>".utf8) + [0xff] + Data("</id></update></updates>".utf8))
        #expect(throws: FeedError.self) { try xml.read() }
        let start = Data(#"{"catalogVersion": 1, "vulnerabilities": [{"cveID": "CVE-2026-1001"}, {"cveID": ""#.utf8)
        let json = try TestFeed(start + [0xff] + Data(#""}]}"#.utf8))
        #expect(try json.read().summary.malformedCount == 1)
    }

    @Test("A NUL, which no database keeps, gets into no value")
    func noNUL() throws {
        let text = UbuntuTests.notice().replacing("apport vulnerability", with: #"app\u0000ort"#)
        #expect(try advisory(text).title == "app ort")
        #expect(throws: FeedError.self) { try items(text.replacing("USN-7545-1", with: #"USN-\u0000-1"#)) }
    }
}

@Suite("Finding entries in JSON")
struct JSONEntryScannerTests {
    /// Keys and text of each entry, whatever the chunks.
    private func entries(_ text: String, _ path: [JSONEntryScanner.Step], chunk: Int) throws -> [String] {
        var scanner = JSONEntryScanner(path: path, entryBytes: 1_000)
        var found: [String] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            try scanner.scan(Array(bytes[start..<min(start + chunk, bytes.count)])) { entry in
                let text = String(decoding: entry.bytes ?? [], as: UTF8.self)
                #expect(bytes[entry.offset...].starts(with: text.utf8))
                found.append("\(entry.keys.joined(separator: "/"))=\(text)")
            }
        }
        try scanner.finish()
        return found
    }

    @Test("Whatever the chunks, the entries are the same", arguments: [1, 2, 3, 7, 1_000])
    func chunks(size: Int) throws {
        let text = #"""
            { "a" : {"x":{"k":"}\"\\"}, "y\\":[1,[2]] ,"z":-1.5e3,"n":null}, "b":{},"c\"d":{"s":"é"} }
            """#
        #expect(
            try entries(text, [.eachMember, .eachMember], chunk: size) == [
                #"a/x={"k":"}\"\\"}"#, #"a/y\\=[1,[2]]"#, "a/z=-1.5e3", "a/n=null", #"c\"d/s="é""#,
            ]
        )
        #expect(try entries(text, [], chunk: size).count == 1)
        #expect(
            try entries(#" {"v":[], "w":[1,"]",{}]}"#, [.member("w"), .eachElement], chunk: size) == [
                "w=1", #"w="]""#, "w={}",
            ]
        )
    }

    @Test(
        "What is no JSON down to the entries is refused",
        arguments: [
            #"{"a":{"x":1}"#, #"{"a":{"x":1}}}"#, #"{"a":{"x":1}} x"#, #"{"a" {"x":1}}"#, #"{"a":{"x":1},}"#,
            #"{"a":{"x":1}]"#, #"{"a":{"x":[1}}}"#, #"{"a":{x:1}}"#, #"{,}"#, #"{"a":{"x":}}"#, #"{"a":{"x":1 2}}"#, "",
        ]
    )
    func refused(text: String) throws {
        #expect(throws: Flaw.self) { try entries(text, [.eachMember, .eachMember], chunk: 4) }
    }
}
