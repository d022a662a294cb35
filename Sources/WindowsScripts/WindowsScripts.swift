import FoundationEssentials

/// What runs on hosts with Windows, in the languages that are part of it.
package enum WindowsScripts {
    /// Speaks with Windows Update in JSON lines: PowerShell, for our agent and the one-shot alike.
    package static let update = PackageResources.windows_update_ps1

    /// The script that a stock agent runs for each order: PowerShell that fetches ``oneShot`` by its digest, compiles and starts it.
    package static let launch = String(decoding: PackageResources.launch_ps1, as: UTF8.self)

    /// The one-shot in C# 5 for .NET Framework 4.8, as one text, with ``update`` in it.
    package static let oneShot = sources + carried

    /// Its sources, each a whole of its own: their order means nothing.
    private static let sources: [UInt8] = [
        PackageResources.Basics_cs, PackageResources.ControlPlane_cs, PackageResources.Document_cs,
        PackageResources.Ed25519_cs,
        PackageResources.Journal_cs, PackageResources.Json_cs, PackageResources.OneShot_cs,
        PackageResources.OneShot_Reports_cs, PackageResources.Order_cs,
        PackageResources.OrderRun_cs, PackageResources.OrderRun_Documents_cs, PackageResources.OrderRun_Install_cs,
        PackageResources.OrderRun_Judgement_cs, PackageResources.OrderRun_Reboot_cs,
        PackageResources.OrderRun_Restart_cs,
        PackageResources.OutputTail_cs, PackageResources.StepRunner_cs,
        PackageResources.Survey_cs, PackageResources.Update_cs, PackageResources.UpdateScript_cs,
    ].flatMap(\.self)

    private static var carried: [UInt8] {
        let text = Data(update).base64EncodedString()
        let source = """
            namespace Ringmaster
            {
                internal static class Carried
                {
                    internal const string UpdateScript = "\(text)";
                }
            }

            """
        return Array(source.utf8)
    }
}
