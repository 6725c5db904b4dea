# Every documented error of the service as an error record: the rows of tests/contract/errors.json, which the Rust tests
# read as well.

BeforeDiscovery {
    . "$PSScriptRoot/common.ps1"
    $table = [IO.File]::ReadAllText((Join-Path (Split-Path $PSScriptRoot) 'contract/errors.json'))
    $rows = @(ConvertFrom-StoreJson $table | ForEach-Object { $_ } | ForEach-Object { @{ Name = $_.name; Row = ConvertTo-StoreJson $_ -Compress } })
}

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    . "$PSScriptRoot/scene.ps1"
    $emulator = Connect-Emulator
    $first = (New-Object System.Net.WebClient).DownloadString($emulator.ControlUrl + 'state')

    # Sets up the state of a row. Returns the row with its values filled in, and the edited document.
    function Start-Scene([string] $Json) {
        Send-Control $emulator DELETE faults
        Send-Control $emulator PUT state $first
        $scene = New-Scene $emulator $TestDrive
        Invoke-Step $scene (ConvertFrom-StoreJson $Json).given
        $row = ConvertFrom-StoreJson (Set-Value $scene $Json)
        $row, (Get-Edited $scene $row)
    }
}
AfterAll { Disconnect-Emulator }

Describe 'a documented error' {
    It '<Name>' -ForEach $rows {
        $Row, $Edited = Start-Scene $Row
        # The state of the emulator is set back, so that a draft has the id of one whose change failed in an earlier row.
        $PSDefaultParameterValues = @{
            '*-Store*:Connection' = New-ImpatientConnection $emulator; 'Complete-StoreSubmission:IgnoreFailedChange' = $true
        }
        $failure = Get-Failure ([scriptblock]::Create($Row.powershell))
        $expect = $Row.expect

        $failure.FullyQualifiedErrorId | Should -BeLike "$($expect.code),StoreShip.Cmdlets.*"
        $failure.TargetObject | Should -BeExactly $expect.target
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        $failure.Exception.Hint | Should -Not -BeNullOrEmpty
        $failure.Exception | Should -BeOfType ([StoreShip.StoreException])
        $failure.Exception.Code | Should -BeExactly $expect.code
        [int] $failure.Exception.Status | Should -Be $expect.class
        foreach ($text in 'message', 'hint') {
            $wanted = $expect.PSObject.Properties[$text]
            $found = $failure.Exception.$(if ($text -eq 'hint') { 'Hint' } else { 'Message' })
            if ($wanted) { $found.Contains($wanted.Value) | Should -BeTrue -Because "the $text is $found" }
        }
        if ($expect.PSObject.Properties['http']) {
            $failure.Exception.Http.Status | Should -Be $expect.http.status
            $failure.Exception.Http.Method | Should -BeExactly $expect.http.method
            $failure.Exception.Http.Url | Should -Not -BeLike '*`?*'
            $failure.Exception.Http.Attempts | Should -BeGreaterThan 0
            "$($failure.Exception.Http.CorrelationIds)" + $failure.Exception.Http.RequestId | Should -Not -BeNullOrEmpty
        }
        else { $failure.Exception.Http | Should -BeNullOrEmpty }
        if ($expect.PSObject.Properties['service']) {
            $said = ConvertFrom-StoreJson $failure.Exception.ServiceJson
            foreach ($member in $expect.service.PSObject.Properties) {
                $found = $said.PSObject.Properties[$member.Name]
                $(if ($found) { $found.Value }) | Should -BeExactly $member.Value
            }
        }
        if ($expect.PSObject.Properties['detail']) {
            # Each finding is one line of the displayed error, unless the message says it.
            $shown = $failure.ErrorDetails.Message + $failure.Exception.DetailsJson
            foreach ($member in $expect.detail.PSObject.Properties) { $shown.Contains($member.Value) | Should -BeTrue }
        }
    }
}
