import AgentProtocol
import ArgumentParser
import FoundationEssentials
import HostAgent

/// `ringmaster-agent enrol`.
struct Enrol: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes this host a managed node.",
        discussion: """
            The activation code is read from --code-file, else from RINGMASTER_ACTIVATION_CODE, else from standard \
            input; never from the command line, which everybody on the host can read. Repeating a successful enrolment \
            changes nothing; repeating it with other options is an error.

            EXAMPLES
              ringmaster-agent enrol --server https://ringmaster.example.com --activation act-1 \\
                  --code-file /run/code --order-key 11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo= --ca-sha256 PIN
              echo "$CODE" | ringmaster-agent enrol --server http://127.0.0.1:8080 --activation act-1 --order-key KEY \\
                  --root /srv/image --boot-identity /srv/boot_id --reboot-command /srv/reboot
            """
    )

    @OptionGroup var state: StateOption

    @Option(help: "The control plane's base URL.")
    var server: String

    @Option(help: "The activation's id.")
    var activation: String

    @Option(help: "A file that holds the activation code.")
    var codeFile: String?

    @Option(name: .customLong("order-key"), help: "The control plane's order key in base64; may be given again.")
    var orderKeys: [String] = []

    @Option(help: "The name people know this host by. (default: the host name)")
    var name: String?

    @Option(help: "The folder to patch: / or a mounted image or chroot.")
    var root = "/"

    @Option(help: "The release whose packages dnf offers, such as 2023.6.20241010. (default: the host's own)")
    var release: String?

    @Option(help: "A PEM file of certificate authorities to use in place of the system's.")
    var caFile: String?

    @Option(
        name: .customLong("ca-sha256"),
        help: "The pin of the control plane's certificate authority: it is fetched and kept, and trusted alone."
    )
    var caSHA256: String?

    @Flag(name: .customLong("insecure-http"), help: "Take a control plane that is another machine and not https.")
    var insecureHTTP = false

    @Option(name: .customLong("boot-identity"), help: "The file whose content names the present boot.")
    var bootIdentity = AgentConfiguration.defaultBootIdentityFile

    @Option(
        name: .customLong("reboot-command"),
        parsing: .unconditionalSingleValue,
        help: "A word of the reboot command; once for each word. (default: systemctl reboot)"
    )
    var rebootCommand: [String] = []

    func run() async throws {
        AgentCommand.prepareProcess()
        warnOfPlainHTTP()
        var request = Enrolment.Request(
            server: server,
            activation: activation,
            code: try code(),
            orderKeys: orderKeys
        )
        request.name = name
        request.root = try AbsolutePath.of(root)
        request.caFile = try caFile.map(AbsolutePath.of)
        request.caSHA256 = caSHA256?.lowercased()
        request.insecureHTTP = insecureHTTP
        request.release = release
        request.bootIdentityFile = try AbsolutePath.of(bootIdentity)
        if !rebootCommand.isEmpty { request.rebootCommand = rebootCommand }
        let configuration = try await Enrolment(state: StateFolder(state.path)).enrol(request)
        print("enrolled as \(configuration.node): site \(configuration.site), patch group \(configuration.patchGroup)")
    }

    private func warnOfPlainHTTP() {
        guard insecureHTTP, ServerAddress(server)?.isExposed == true else { return }
        ThisProcess.warn("warning: \(server) is not https: whoever is on the way can read the activation code\n")
    }

    private func code() throws -> String {
        let text: String?
        if let codeFile {
            text = try SecretFile.text(codeFile)
        } else if let value = ProcessInfo.processInfo.environment["RINGMASTER_ACTIVATION_CODE"] {
            text = value
        } else {
            text = readLine()
        }
        let code = text?.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
        guard !code.isEmpty else {
            throw ValidationError("no activation code: give --code-file, RINGMASTER_ACTIVATION_CODE or standard input")
        }
        return code
    }
}
