# The remedy of an error works when it is followed: the rows of tests/contract/remedies.json, which the Rust tests read as
# well. A row is called with Invoke-StoreOperation; or its member `powershell` has the command that fails, the words of its
# remedy, a command that follows the remedy in place of the steps, and the command that then succeeds, if it is another one.

BeforeDiscovery {
    . "$PSScriptRoot/common.ps1"
    $table = [IO.File]::ReadAllText((Join-Path (Split-Path $PSScriptRoot) 'contract/remedies.json'))
    $rows = @(ConvertFrom-StoreJson $table | ForEach-Object { $_ } | ForEach-Object {
            $followed = -not $_.PSObject.Properties['notFollowed'] -and -not ($_.PSObject.Properties['powershell'] -and $_.powershell -eq $false)
            $words = if ($_.PSObject.Properties['hint']) { $_.hint } else { $_.powershell.remedy }
            $here = -not $_.PSObject.Properties['notOnWindows'] -or $IsLinux -or $IsMacOS
            if ($followed) { @{ Code = $_.code; Words = $words; Row = ConvertTo-StoreJson $_ -Compress; Here = $here } }
        })
}

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    . "$PSScriptRoot/scene.ps1"

    function Get-Member([object] $Object, [string] $Name) {
        $property = $Object.PSObject.Properties[$Name]
        if ($property) { , $property.Value }
    }

    # Runs the call of a row: the command, or else the operation.
    function Invoke-Row([hashtable] $Scene, [string] $Json, [string] $Command) {
        $row = ConvertFrom-StoreJson (Set-Value $Scene $Json)
        $patch = if ($row.PSObject.Properties['config']) { ConvertTo-StoreJson -InputObject $row.config } else { '[]' }
        $PSDefaultParameterValues = @{ '*-Store*:Connection' = New-ImpatientConnection $Scene.Emulator -Patch $patch }
        $Edited = Get-Edited $Scene $row
        if ($Command) { return & ([scriptblock]::Create($Command)) }
        $request = Get-Member $row text
        if ($null -eq $request) { $request = if ($row.PSObject.Properties['request']) { ConvertTo-StoreJson $row.request } else { '{}' } }
        if ($Edited) { $request = Add-Edited $Scene $request $Edited }
        Invoke-StoreOperation $row.operation $request -Confirm:$false
    }
}

Describe 'a remedy' {
    BeforeEach {
        $emulator = Connect-Emulator
        $place = @{
            ServiceUrl = $emulator.ServiceUrl; AuthorityUrl = $emulator.AuthorityUrl
            TenantId = $emulator.TenantId; ClientId = $emulator.ClientId
        }
        $folder = Join-Path $TestDrive ([Guid]::NewGuid().ToString('n'))
        $null = New-Item -ItemType Directory $folder
        $Scene = New-Scene $emulator $folder
    }
    AfterEach { Disconnect-Emulator }

    It 'of <Code> cures it: <Words>' -ForEach $rows {
        if (-not $Here) { Set-ItResult -Skipped -Because 'it is not for this system'; return }
        $members = ConvertFrom-StoreJson $Row
        Invoke-Step $Scene (Get-Member $members given)
        $cmdlet = Get-Member (ConvertFrom-StoreJson (Set-Value $Scene $Row)) powershell
        $fails = if ($cmdlet) { $cmdlet.fails }
        $failure = Get-Failure { Invoke-Row $Scene $Row $fails }
        # A client that can't be opened throws from a method, not from a cmdlet.
        $exception = if ($failure.Exception.InnerException -is [StoreShip.StoreException]) { $failure.Exception.InnerException } else { $failure.Exception }
        $found = if ($exception -is [StoreShip.StoreException]) { $exception.Code } else { ($failure.FullyQualifiedErrorId -split ',')[0] }
        $found | Should -BeExactly $Code -Because "$failure"
        $remedy = if ($failure.ErrorDetails) { $failure.ErrorDetails.RecommendedAction } else { $exception.Hint }
        $wanted = if ($cmdlet) { $cmdlet.remedy } else { (ConvertFrom-StoreJson (Set-Value $Scene $Row)).hint }
        # A cmdlet does not speak of operations.
        if ($cmdlet) { $remedy | Should -Not -Match '`\w+\.\w+`' }
        "$remedy".Contains($wanted) | Should -BeTrue -Because "the remedy is '$remedy', not '$wanted'"

        if ($cmdlet -and (Get-Member $cmdlet follow)) { $null = Invoke-Row $Scene $Row $cmdlet.follow }
        else { Invoke-Step $Scene (Get-Member $members follow) }
        $again = $Row
        if ($members.PSObject.Properties['change']) { $again = Edit-Text $Scene $Row $members.change }
        $command = $fails
        if ($cmdlet -and (Get-Member $cmdlet then)) { $command = (ConvertFrom-StoreJson (Set-Value $Scene $Row)).powershell.then }
        $null = Invoke-Row $Scene $again $command
    }
}
