# Several runspaces with one connection, and several connections at the same time.
BeforeDiscovery {
    $isOld = $PSVersionTable.PSVersion.Major -lt 7
    if ($isOld) { Write-Warning 'Parallel.Tests.ps1 is not run: Windows PowerShell has no ForEach-Object -Parallel' }
}
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $module = (Get-Module StoreShip).ModuleBase
    $first = Start-StoreEmulator -Seed 1
    $second = Start-StoreEmulator -Seed 2
    $connections = (Connect-Store -Emulator $first), (Connect-Store -Emulator $second)
}
AfterAll {
    $connections | Disconnect-Store
    Stop-StoreEmulator
}

Describe 'ForEach-Object -Parallel' -Skip:$isOld {
    It 'shares one connection among runspaces' {
        $connection = $connections[0]
        $states = 1..12 | ForEach-Object -ThrottleLimit 6 -Parallel {
            Import-Module $using:module
            (Get-StoreApp 9NBLGGH4R315 -Connection $using:connection).id
            (Get-StoreSubmission 9NBLGGH4R315 -Published -Connection $using:connection).id
        }
        $states.Count | Should -Be 24
        @($states | Select-Object -Unique).Count | Should -Be 2
        # All runspaces share one token.
        @(Get-Request $first 'POST' '*/token').Count | Should -Be 1
    }

    It 'keeps two tenants apart' {
        $before = @($first, $second | ForEach-Object { @(Get-Request $_ 'POST' '*/submissions').Count })
        $drafts = $connections | ForEach-Object -Parallel {
            Import-Module $using:module
            $draft = New-StoreSubmission 9NBLGGH4R315 -Connection $_
            $draft.notesForCertification = "for $($_.ServiceUrl)"
            $draft | Set-StoreSubmission -Connection $_ -PassThru
        }
        $drafts.Count | Should -Be 2
        foreach ($n in 0, 1) {
            $emulator = ($first, $second)[$n]
            @(Get-Request $emulator 'POST' '*/submissions').Count - $before[$n] | Should -Be 1
            $sent = ConvertFrom-StoreJson @(Get-Request $emulator 'PUT')[-1].body
            $sent.notesForCertification | Should -BeExactly "for $($connections[$n].ServiceUrl)"
            (Get-StoreSubmission 9NBLGGH4R315 -Pending -Connection $connections[$n]).notesForCertification | Should -BeExactly $sent.notesForCertification
        }
    }

    It 'takes objects of a pipeline with their baseline, and no default connection' {
        $own = $connections | ForEach-Object { Get-StoreSubmission 9NBLGGH4R315 -Published -Connection $_ }
        $texts = $own | ForEach-Object -Parallel {
            Import-Module $using:module
            $_.ToJson()
            try { Get-StoreApp } catch { $_.FullyQualifiedErrorId }
        }
        @($texts | Where-Object { $_ -eq $own[0].StoreBaseline.Text -or $_ -eq $own[1].StoreBaseline.Text }).Count | Should -Be 2
        @($texts | Where-Object { $_ -like 'client.not_connected,*' }).Count | Should -Be 2
    }
}
