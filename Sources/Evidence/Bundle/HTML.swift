/// Pages without a script, an image or a request to anywhere.
enum HTML {
    static func page(title: String, _ body: [String]) -> String {
        """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>\(escaped(title))</title>
        <style>
        body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem }
        table { border-collapse: collapse; margin: 1rem 0 }
        th, td { border: 1px solid #888; padding: .2rem .5rem; text-align: left; vertical-align: top }
        code { overflow-wrap: anywhere }
        </style>
        <h1>\(escaped(title))</h1>
        \(body.joined(separator: "\n"))
        </html>

        """
    }

    static func heading(_ text: String) -> String { "<h2>\(escaped(text))</h2>" }

    static func paragraph(_ text: String) -> String { "<p>\(escaped(text))</p>" }

    static func code(_ text: String) -> String { "<pre><code>\(escaped(text))</code></pre>" }

    static func table(_ header: [String], _ rows: [[String]]) -> String {
        let head = header.map { "<th>\(escaped($0))</th>" }.joined()
        let body = rows.map { "<tr>" + $0.map { "<td>\(escaped($0))</td>" }.joined() + "</tr>" }
        return "<table>\n<tr>\(head)</tr>\n" + body.joined(separator: "\n") + "\n</table>"
    }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
