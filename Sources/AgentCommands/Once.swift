import ArgumentParser
import FoundationEssentials
import HostAgent
import Logging

/// `ringmaster-agent once`.
struct Once: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Carries out the order that waits for this host's amazon-ssm-agent, and ends.",
        discussion: """
            amazon-ssm-agent runs it by a script that the control plane sends. It acts as the node that amazon-ssm-agent is \
            registered as, by the temporary credentials that it shares: AWS_SSM_INSTANCE_ID, AWS_SSM_REGION_NAME and \
            AWS_SHARED_CREDENTIALS_FILE come from it. The first order key that the host is given is kept, and another one refused \
            unless keys that the host trusts have signed it over. What a kill or a reboot interrupts, the next start goes on with.

            EXAMPLES
              ringmaster-agent once --server https://ringmaster.example.com --order-key BASE64
              ringmaster-agent once --server https://ringmaster.example.com:7440 --order-key BASE64 --ca-file ca.pem

            EXIT STATUS
              0    nothing is left to do; how the order ended is in its report
              1    refused or failed; the reason is on standard error
              64   wrong usage
              75   the control plane does not answer, or another order is under way for too long; the next start goes on
              194  the host has to be rebooted, and this be run again: amazon-ssm-agent does both
            """
    )

    private static let temporaryFailure = ExitCode(75)
    /// By which amazon-ssm-agent reboots Linux.
    private static let reboot = ExitCode(194)

    @OptionGroup var state: StateOption

    @Option(help: "The control plane's base URL.")
    var server: String

    @Option(help: "The control plane's order key in base64.")
    var orderKey: String

    @Option(help: "A PEM file of certificate authorities to use in place of the system's.")
    var caFile: String?

    @Flag(name: .customLong("insecure-http"), help: "Take a control plane that is another machine and not https.")
    var insecureHTTP = false

    @Option(help: "The folder to patch: / or a mounted image or chroot.")
    var root = "/"

    @Option(help: "The release whose packages dnf offers, such as 2023.6.20241010. (default: the host's own)")
    var release: String?

    @Option(name: .customLong("boot-identity"), help: "The file whose content names the present boot.")
    var bootIdentity = AgentConfiguration.defaultBootIdentityFile

    func run() async throws {
        AgentCommand.prepareProcess()
        var request = OneShotService.Request(server: server, orderKey: orderKey)
        request.caFile = try caFile.map(AbsolutePath.of)
        request.insecureHTTP = insecureHTTP
        request.root = try AbsolutePath.of(root)
        request.release = release
        request.bootIdentityFile = try AbsolutePath.of(bootIdentity)
        let service = OneShotService(
            state: StateFolder(state.path),
            environment: try StockEnvironment(ProcessInfo.processInfo.environment),
            logger: Logger(label: "ringmaster-agent") { _ in ProgressLog() }
        )
        switch try await service.run(request) {
        case .done: ThisProcess.tell("done\n")
        case .reboot:
            ThisProcess.tell("the host has to be rebooted: exit status 194\n")
            throw Self.reboot
        case .unfinished(let reason):
            ThisProcess.warn("\(reason); what is done is kept, and the next start goes on\n")
            throw Self.temporaryFailure
        }
    }
}
