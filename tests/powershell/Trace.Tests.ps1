# What a person sends to support: the debug stream and the trace of a connection.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $emulator = Start-StoreEmulator
}
AfterAll { Stop-StoreEmulator }

Describe 'the trace of a connection' {
    It 'has a record for each request, from blocking calls and jobs of all cmdlets' {
        Push-Location $TestDrive
        try { $null = Connect-Store -Emulator $emulator -TracePath trace.jsonl }
        finally { Pop-Location }
        $null = Get-StoreApp
        { Get-StoreApp 9NBLGGH00000 } | Should -Throw
        Disconnect-Store
        $lines = [IO.File]::ReadAllLines((Join-Path $TestDrive 'trace.jsonl'))
        $records = @($lines | ForEach-Object { ConvertFrom-StoreJson $_ })
        @($records | Where-Object type -EQ ended | ForEach-Object { "$($_.operation) $($_.ok)" }) |
            Should -Be 'token.check True', 'app.list True', 'app.get False'
        @($records | Where-Object type -EQ request).Count | Should -Be @(Get-Request $emulator).Count
        "$lines" | Should -Not -Match ([regex]::Escape($emulator.ClientSecret))
    }

    It 'is refused when it can not be written' {
        (Get-Failure { Connect-Store -Emulator $emulator -TracePath $TestDrive }).FullyQualifiedErrorId |
            Should -BeLike 'file.unwritable,*'
    }

    It 'has the permissions of its folder on Windows, as any new file has' -Skip:($env:OS -ne 'Windows_NT') {
        $path, $other = 'inherits.jsonl', 'other.txt' | ForEach-Object { Join-Path $TestDrive $_ }
        [IO.File]::WriteAllText($other, 'x')
        $null = Connect-Store -Emulator $emulator -TracePath $path
        Disconnect-Store
        (Get-Acl $path).Sddl | Should -BeExactly (Get-Acl $other).Sddl
        (Get-Acl $path).AreAccessRulesProtected | Should -BeFalse
    }
}

Describe 'the debug stream' {
    It 'has each request and its answer, without secrets' {
        $null = Connect-Store -Emulator $emulator
        $DebugPreference = 'Continue'
        $lines = @(Get-StoreSubmission $App 5>&1 | Where-Object { $_ -is [Management.Automation.DebugRecord] } | ForEach-Object Message)
        Disconnect-Store
        $url = $emulator.ServiceUrl + "applications/$App"
        $lines | Should -Contain "GET $url, attempt 1"
        @($lines | Where-Object { $_ -match ('^GET ' + [regex]::Escape($url) + ' answered 200 in \d+ ms, correlation id [0-9a-f-]+') }).Count |
            Should -Be 1
        "$lines" | Should -Not -Match 'Bearer|sig='
    }
}
