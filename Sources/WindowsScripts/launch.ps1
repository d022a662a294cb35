# Fetches the one-shot program that the control plane names by its digest, where it is not there yet, and runs it.
#
# RINGMASTER_SERVER        the control plane's base URL
# RINGMASTER_AGENT_SHA256  of the program's source, in lower-case hexadecimal
# RINGMASTER_ORDER_KEY     the control plane's order key in base64
#
# Exit status: the program's (OneShot/OneShot.cs): 3010 for a reboot and another start; 1 where it cannot be had.
# Runs in Windows PowerShell 5.1, as SYSTEM; certificates are judged by the machine's store, as the stock agent does.
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$Folder = Join-Path $env:ProgramData 'Ringmaster'
# SYSTEM and the group of administrators: nobody else may write what is run here.
$Trusted = @('S-1-5-18', 'S-1-5-32-544')

function Open-Folder {
    $security = New-Object System.Security.AccessControl.DirectorySecurity
    $security.SetSecurityDescriptorSddlForm('O:SYG:SYD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')
    # Born with it; a folder that is there already is left as it is, and judged.
    [void][System.IO.Directory]::CreateDirectory($Folder, $security)
    $found = [System.IO.Directory]::GetAccessControl($Folder)
    $account = [System.Security.Principal.SecurityIdentifier]
    $names = @($found.GetOwner($account).Value)
    foreach ($rule in $found.GetAccessRules($true, $true, $account)) { $names += $rule.IdentityReference.Value }
    foreach ($name in $names) {
        if ($Trusted -notcontains $name) {
            throw "$name may change $Folder, or owns it: remove it, or leave it to SYSTEM and Administrators alone"
        }
    }
}

function Get-Digest([byte[]] $bytes) {
    $hash = [System.Security.Cryptography.SHA256]::Create()
    return [System.BitConverter]::ToString($hash.ComputeHash($bytes)).Replace('-', '').ToLowerInvariant()
}

# The bytes whose digest was looked at are those that run: the file is not read again.
function Get-Program([string] $server, [string] $digest) {
    $path = Join-Path $Folder "$digest.cs"
    if (Test-Path -LiteralPath $path) {
        $bytes = [System.IO.File]::ReadAllBytes($path)
        if ((Get-Digest $bytes) -ceq $digest) { return , $bytes }
    }
    [Console]::WriteLine("fetching the program $digest from $server")
    $client = New-Object System.Net.WebClient
    foreach ($pause in 5, 20, 0) {
        try {
            $bytes = $client.DownloadData($server.TrimEnd('/') + "/agent/v1/binaries/$digest")
            if ((Get-Digest $bytes) -ceq $digest) {
                Get-ChildItem -LiteralPath $Folder -Filter '*.cs' | Remove-Item
                [System.IO.File]::WriteAllBytes($path, $bytes)
                return , $bytes
            }
        }
        catch [System.Net.WebException] { [Console]::WriteLine($_.Exception.Message) }
        Start-Sleep -Seconds $pause
    }
    throw "the program $digest cannot be fetched from $server, or what comes is another one"
}

$Server = [string]$env:RINGMASTER_SERVER
$Digest = [string]$env:RINGMASTER_AGENT_SHA256
if ($Server -eq '') { throw 'RINGMASTER_SERVER is not set' }
if ($Digest -cnotmatch '^[0-9a-f]{64}$') { throw "RINGMASTER_AGENT_SHA256 is no digest: $Digest" }
$Protocols = [System.Net.ServicePointManager]::SecurityProtocol
[System.Net.ServicePointManager]::SecurityProtocol = $Protocols -bor [System.Net.SecurityProtocolType]::Tls12
Open-Folder
$Source = [System.Text.Encoding]::UTF8.GetString((Get-Program $Server $Digest))
Add-Type -AssemblyName 'System.Core', 'System.Numerics', 'System.Web.Extensions'
$Libraries = @(
    [System.Collections.Generic.HashSet[int]].Assembly.Location
    [System.Numerics.BigInteger].Assembly.Location
    [System.Web.Script.Serialization.JavaScriptSerializer].Assembly.Location
)
Add-Type -TypeDefinition $Source -Language CSharp -ReferencedAssemblies $Libraries -IgnoreWarnings
exit [Ringmaster.OneShot]::Run($Folder)
