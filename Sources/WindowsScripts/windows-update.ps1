<#
Windows Update and the facts around it, as JSON lines: a request a line on standard input, answers on standard output.

    {"protocol":1,"id":1,"verb":"hello","arguments":{...}}
    {"id":1,"progress":{"done":1,"total":3,"text":"..."}}      any number of these
    {"id":1,"ok":{...}}   or   {"id":1,"error":{"hresult":"0x80240022","message":"...","class":"..."}}

The end of standard input ends the program. What comes in is data: compared, parsed or handed to an interface as a value,
never run. Runs in Windows PowerShell 5.1 and later.
#>
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

# The agent speaks the same number or says that it does not.
$Protocol = 1
# Bounds of what is taken and told.
$MostRequest = 1048576
$MostUpdates = 2000
$MostHistory = 200
$MostNames = 500
$MostLetters = 400

$Utf8 = New-Object System.Text.UTF8Encoding($false)
$Reader = New-Object System.IO.StreamReader([Console]::OpenStandardInput(), $Utf8)
$Writer = New-Object System.IO.StreamWriter([Console]::OpenStandardOutput(), $Utf8)
$Writer.NewLine = "`n"
$Writer.AutoFlush = $true
$Current = 0

function Send-Message($message) {
    $line = ConvertTo-Json -InputObject $message -Compress -Depth 8
    # An installation under way goes on when the agent has ended and nobody reads: the next agent looks at what came of it.
    try { $Writer.WriteLine($line) } catch [System.IO.IOException] { return }
}

function Send-Progress($done, $total, $text) {
    Send-Message @{ id = $script:Current; progress = @{ done = $done; total = $total; text = (Limit-Text $text) } }
}

function Limit-Text($text) {
    if ($null -eq $text) { return '' }
    $plain = [string]$text
    if ($plain.Length -gt $MostLetters) { return $plain.Substring(0, $MostLetters) }
    return $plain
}

function Format-HResult($number) { return ('0x{0:X8}' -f [int]$number) }

function Format-Time($time) {
    if ($null -eq $time) { return $null }
    return ([datetime]$time).ToString('yyyy-MM-ddTHH:mm:ssZ', [System.Globalization.CultureInfo]::InvariantCulture)
}

# A value of the registry; nothing where there is no such key or value.
function Get-RegistryValue($path, $name) {
    if (-not (Test-Path -LiteralPath $path)) { return $null }
    $item = Get-ItemProperty -LiteralPath $path
    $property = $item.PSObject.Properties[$name]
    if ($null -eq $property) { return $null }
    return $property.Value
}

# An argument of the request; nothing where it has none of that name.
function Get-Argument($request, $name) {
    if ($null -eq $request.PSObject.Properties['arguments']) { return $null }
    $property = $request.arguments.PSObject.Properties[$name]
    if ($null -eq $property) { return $null }
    return $property.Value
}

$WindowsKey = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
$SessionKey = 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager'
$ServicingKey = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing'
$PolicyKey = 'HKLM:\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate'

# --- The system

function Get-Hello {
    $major = Get-RegistryValue $WindowsKey 'CurrentMajorVersionNumber'
    $minor = Get-RegistryValue $WindowsKey 'CurrentMinorVersionNumber'
    $system = Get-CimInstance -ClassName Win32_OperatingSystem
    return @{
        protocol = $Protocol
        powershell = $PSVersionTable.PSVersion.ToString()
        product = [string](Get-RegistryValue $WindowsKey 'ProductName')
        displayVersion = [string](Get-RegistryValue $WindowsKey 'DisplayVersion')
        version = "$major.$minor"
        build = [int](Get-RegistryValue $WindowsKey 'CurrentBuildNumber')
        revision = [int](Get-RegistryValue $WindowsKey 'UBR')
        architecture = [string]$env:PROCESSOR_ARCHITECTURE
        hostname = [string]$env:COMPUTERNAME
        bootId = (Get-RegistryValue "$SessionKey\Memory Management\PrefetchParameters" 'BootId')
        bootedAt = (Format-Time $system.LastBootUpTime.ToUniversalTime())
    }
}

function Get-Source {
    return @{
        server = (Get-RegistryValue $PolicyKey 'WUServer')
        usesServer = ((Get-RegistryValue "$PolicyKey\AU" 'UseWUServer') -eq 1)
        isAutomatic = ((Get-RegistryValue "$PolicyKey\AU" 'NoAutoUpdate') -ne 1)
    }
}

function Get-NeededServices {
    $names = @('wuauserv', 'BITS', 'CryptSvc', 'TrustedInstaller')
    $services = foreach ($service in Get-CimInstance -ClassName Win32_Service) {
        if ($names -contains $service.Name) {
            @{ name = $service.Name; state = $service.State; startMode = $service.StartMode }
        }
    }
    return @{ services = @($services) }
}

function Get-Space {
    $drive = [string]$env:SystemDrive
    $disk = Get-CimInstance -ClassName Win32_LogicalDisk | Where-Object { $_.DeviceID -eq $drive }
    if ($null -eq $disk) { throw "the system's drive $drive is not among the disks" }
    return @{ drive = $drive; freeBytes = [long]$disk.FreeSpace }
}

# Whether Windows wants a reboot: each source by itself, for they do not mean the same.
function Get-RebootSignals {
    $renames = @(Get-RegistryValue $SessionKey 'PendingFileRenameOperations')
    # Pairs of a file and its new name, which is empty for a removal.
    $files = for ($index = 0; $index -lt $renames.Count; $index += 2) {
        if ($renames[$index]) { Limit-Text $renames[$index] }
    }
    $names = 'HKLM:\SYSTEM\CurrentControlSet\Control\ComputerName'
    return @{
        servicing = (Test-Path -LiteralPath "$ServicingKey\RebootPending")
        servicingInProgress = (Test-Path -LiteralPath "$ServicingKey\RebootInProgress")
        update = (Test-Path -LiteralPath 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired')
        agent = [bool](New-Object -ComObject Microsoft.Update.SystemInfo).RebootRequired
        renames = @($files | Select-Object -First $MostNames)
        computerName = [string](Get-RegistryValue "$names\ActiveComputerName" 'ComputerName')
        nextComputerName = [string](Get-RegistryValue "$names\ComputerName" 'ComputerName')
    }
}

# What the host offers: automatic services that ended with an error, listening sockets, volumes.
function Get-Condition {
    $automatic = @(Get-CimInstance -ClassName Win32_Service | Where-Object { $_.StartMode -eq 'Auto' })
    $failed = foreach ($service in $automatic) {
        # 1077: it was not started since the boot, as those are that wait for a trigger.
        if ($service.State -eq 'Stopped' -and $service.ExitCode -ne 0 -and $service.ExitCode -ne 1077) { $service.Name }
    }
    $starting = @($automatic | Where-Object { $_.State -eq 'Start Pending' })
    $programs = @{}
    foreach ($process in Get-Process) { $programs[[int]$process.Id] = $process.ProcessName }
    $sockets = foreach ($socket in Get-NetTCPConnection -State Listen) {
        @{
            address = (Format-Address $socket.LocalAddress)
            port = [int]$socket.LocalPort
            program = $programs[[int]$socket.OwningProcess]
        }
    }
    $volumes = Get-CimInstance -ClassName Win32_Volume | Where-Object { $_.DriveType -eq 3 } | ForEach-Object { $_.Name }
    return @{
        isStarting = ($starting.Count -gt 0)
        failedServices = @($failed)
        sockets = @($sockets | Select-Object -First $MostNames)
        volumes = @($volumes | Select-Object -First $MostNames)
    }
}

# IPv6 addresses in brackets with all eight groups, but for the one that stands for any.
function Format-Address($text) {
    $address = [System.Net.IPAddress]::Parse(([string]$text).Split('%')[0])
    $bytes = $address.GetAddressBytes()
    if ($bytes.Length -eq 4) { return $address.ToString() }
    if (@($bytes | Where-Object { $_ -ne 0 }).Count -eq 0) { return '[::]' }
    $groups = for ($index = 0; $index -lt 16; $index += 2) {
        '{0:x}' -f ([int]$bytes[$index] * 256 + [int]$bytes[$index + 1])
    }
    return '[' + ($groups -join ':') + ']'
}

# --- Updates

function New-Session {
    $session = New-Object -ComObject Microsoft.Update.Session
    $session.ClientApplicationID = 'Ringmaster'
    return $session
}

function Find-Updates($session, $criteria, $isOnline) {
    $searcher = $session.CreateUpdateSearcher()
    $searcher.Online = $isOnline
    $result = $searcher.Search($criteria)
    # 2 is success; with errors, what is missing is not known.
    if ($result.ResultCode -ne 2) {
        $warnings = foreach ($warning in $result.Warnings) { Format-HResult $warning.HResult }
        throw "the search ended with result $($result.ResultCode): $(@($warnings) -join ', ')"
    }
    if ($result.Updates.Count -gt $MostUpdates) {
        throw "the search found $($result.Updates.Count) updates, more than $MostUpdates"
    }
    return , @($result.Updates)
}

# A number of an update's installation; the careful one where it tells none.
function Get-Behavior($update, $name, $otherwise) {
    $behavior = $update.InstallationBehavior
    if ($null -eq $behavior) { return $otherwise }
    return [int]$behavior.$name
}

function Format-Update($update) {
    # Type of a category: Product, ProductFamily, UpdateClassification and so on.
    $categories = foreach ($category in $update.Categories) {
        @{ type = [string]$category.Type; name = (Limit-Text $category.Name); id = [string]$category.CategoryID }
    }
    return @{
        id = ([string]$update.Identity.UpdateID).ToLowerInvariant()
        revision = [int]$update.Identity.RevisionNumber
        title = (Limit-Text $update.Title)
        kb = @($update.KBArticleIDs | ForEach-Object { [string]$_ })
        categories = @($categories)
        severity = [string]$update.MsrcSeverity
        cves = @($update.CveIDs | Select-Object -First $MostNames | ForEach-Object { [string]$_ })
        bulletins = @($update.SecurityBulletinIDs | ForEach-Object { [string]$_ })
        supersedes = @($update.SupersededUpdateIDs | Select-Object -First $MostNames | ForEach-Object { [string]$_ })
        changedAt = (Format-Time $update.LastDeploymentChangeTime)
        bytes = [long]$update.MaxDownloadSize
        isInstalled = [bool]$update.IsInstalled
        isDownloaded = [bool]$update.IsDownloaded
        isHidden = [bool]$update.IsHidden
        isMandatory = [bool]$update.IsMandatory
        isOptional = [bool]$update.BrowseOnly
        wantsReboot = [bool]$update.RebootRequired
        # 0 never, 1 always, 2 it may ask for one.
        rebootBehavior = (Get-Behavior $update 'RebootBehavior' 2)
        # 0 normal, 1 minor, 2 it must be installed alone.
        impact = (Get-Behavior $update 'Impact' 0)
        canAsk = ((Get-Behavior $update 'CanRequestUserInput' 0) -ne 0)
    }
}

function Search-Updates($request) {
    $criteria = [string](Get-Argument $request 'criteria')
    $updates = Find-Updates (New-Session) $criteria ([bool](Get-Argument $request 'online'))
    return @{ updates = @($updates | ForEach-Object { Format-Update $_ }) }
}

function Get-Installed {
    $session = New-Session
    $updates = Find-Updates $session 'IsInstalled=1 or RebootRequired=1' $false
    $fixes = Get-CimInstance -ClassName Win32_QuickFixEngineering | ForEach-Object { [string]$_.HotFixID }
    $searcher = $session.CreateUpdateSearcher()
    $count = [Math]::Min([int]$searcher.GetTotalHistoryCount(), $MostHistory)
    $history = @()
    if ($count -gt 0) {
        $history = foreach ($entry in $searcher.QueryHistory(0, $count)) {
            @{
                id = ([string]$entry.UpdateIdentity.UpdateID).ToLowerInvariant()
                revision = [int]$entry.UpdateIdentity.RevisionNumber
                # 1 installation, 2 removal.
                operation = [int]$entry.Operation
                result = [int]$entry.ResultCode
                hresult = (Format-HResult $entry.HResult)
                at = (Format-Time $entry.Date)
            }
        }
    }
    return @{
        updates = @($updates | ForEach-Object { Format-Update $_ })
        fixes = @($fixes | Select-Object -First $MostNames)
        history = @($history)
    }
}

# The updates that a request names, in its order; each as its exact revision.
function Get-Named($session, $request) {
    $named = @(Get-Argument $request 'updates')
    if ($named.Count -eq 0 -or $named.Count -gt $MostNames) { throw "expected 1 to $MostNames updates" }
    $found = foreach ($name in $named) {
        $id = [guid]::Parse([string]$name.id).ToString()
        $revision = [int]$name.revision
        $matching = Find-Updates $session "UpdateID='$id' and RevisionNumber=$revision" $false
        if ($matching.Count -ne 1) {
            throw (New-Object System.Runtime.InteropServices.COMException("update $id.$revision is not on offer", -2145124349))
        }
        $matching[0]
    }
    return , @($found)
}

function New-Collection($updates) {
    $collection = New-Object -ComObject Microsoft.Update.UpdateColl
    foreach ($update in $updates) { [void]$collection.Add($update) }
    return , $collection
}

function Format-Result($update, $result) {
    return @{
        id = ([string]$update.Identity.UpdateID).ToLowerInvariant()
        revision = [int]$update.Identity.RevisionNumber
        # 0 not started, 1 in progress, 2 done, 3 done with errors, 4 failed, 5 aborted.
        result = [int]$result.ResultCode
        hresult = (Format-HResult $result.HResult)
    }
}

function Receive-Updates($request) {
    $session = New-Session
    $updates = Get-Named $session $request
    $done = 0
    $results = foreach ($update in $updates) {
        if (-not $update.IsDownloaded) {
            if (-not $update.EulaAccepted) { $update.AcceptEula() }
            $downloader = $session.CreateUpdateDownloader()
            $downloader.Updates = New-Collection @($update)
            $outcome = $downloader.Download()
            Format-Result $update $outcome.GetUpdateResult(0)
        }
        $done += 1
        Send-Progress $done $updates.Count $update.Title
    }
    return @{ results = @($results) }
}

function Format-Failure($update, $hresult) {
    return @{
        id = ([string]$update.Identity.UpdateID).ToLowerInvariant()
        revision = [int]$update.Identity.RevisionNumber
        result = 4
        hresult = (Format-HResult $hresult)
        wantsReboot = $false
    }
}

function Install-Group($session, $group) {
    $installer = $session.CreateUpdateInstaller()
    $installer.AllowSourcePrompts = $false
    $installer.ForceQuiet = $true
    if ($installer.RebootRequiredBeforeInstallation) {
        # 0x80240016: not before a reboot.
        foreach ($update in $group) { Format-Failure $update -2145124330 }
        return
    }
    foreach ($update in $group) {
        if (-not $update.EulaAccepted) { $update.AcceptEula() }
    }
    $installer.Updates = New-Collection $group
    $outcome = $installer.Install()
    for ($index = 0; $index -lt $group.Count; $index += 1) {
        $result = $outcome.GetUpdateResult($index)
        $formatted = Format-Result $group[$index] $result
        $formatted['wantsReboot'] = [bool]$result.RebootRequired
        $formatted
    }
}

# Each by itself, so that one which fails costs itself only, or all in one transaction of Windows.
function Install-Updates($request) {
    $session = New-Session
    $updates = Get-Named $session $request
    $groups = @($updates | ForEach-Object { , @($_) })
    if ([bool](Get-Argument $request 'together')) { $groups = @(, $updates) }
    $done = 0
    $results = foreach ($group in $groups) {
        try { Install-Group $session $group }
        catch {
            # What came of the groups before it must be told all the same.
            $cause = $_.Exception.GetBaseException()
            foreach ($update in $group) { Format-Failure $update $cause.HResult }
        }
        $done += $group.Count
        Send-Progress $done $updates.Count $group[0].Title
    }
    return @{ results = @($results) }
}

function Get-Busy {
    $installer = (New-Session).CreateUpdateInstaller()
    return @{ isBusy = [bool]$installer.IsBusy }
}

# --- The dialogue

function Get-Answer($request) {
    if ([int]$request.protocol -ne $Protocol) { throw "a request of protocol $([int]$request.protocol), not $Protocol" }
    switch -CaseSensitive ([string]$request.verb) {
        'hello' { return Get-Hello }
        'source' { return Get-Source }
        'services' { return Get-NeededServices }
        'space' { return Get-Space }
        'reboot' { return Get-RebootSignals }
        'condition' { return Get-Condition }
        'busy' { return Get-Busy }
        'search' { return Search-Updates $request }
        'installed' { return Get-Installed }
        'download' { return Receive-Updates $request }
        'install' { return Install-Updates $request }
        default { throw "there is no verb $(Limit-Text $request.verb)" }
    }
}

while ($null -ne ($line = $Reader.ReadLine())) {
    $script:Current = 0
    try {
        if ($line.Length -gt $MostRequest) { throw "a request of $($line.Length) letters, more than $MostRequest" }
        $request = ConvertFrom-Json -InputObject $line
        $script:Current = [int]$request.id
        $answer = Get-Answer $request
        Send-Message @{ id = $script:Current; ok = $answer }
    }
    catch {
        # PowerShell wraps what a method throws.
        $cause = $_.Exception.GetBaseException()
        Send-Message @{
            id = $script:Current
            error = @{
                hresult = (Format-HResult $cause.HResult)
                message = (Limit-Text $cause.Message)
                class = $cause.GetType().FullName
            }
        }
    }
}
