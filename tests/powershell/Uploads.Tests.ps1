# Send-StorePackage: which files it takes, and under which names.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $emulator = Connect-Emulator
    $submission = New-StoreSubmission $App
    foreach ($language in 'en-us', 'de-de') {
        $null = New-Item -ItemType Directory (Join-Path $TestDrive $language)
        # The header of a PNG of 1366 x 768.
        $png = [byte[]] (0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 5, 0x56, 0, 0, 3, 0, 8, 2, 0, 0, 0)
        [IO.File]::WriteAllBytes((Join-Path $TestDrive "$language/01.png"), $png)
        $submission.listings.$language.baseListing.images += @{ fileName = "$language/01.png"; fileStatus = 'PendingUpload'; imageType = 'Screenshot' }
    }
    foreach ($architecture in 'x64', 'arm64') {
        $null = New-TestPackage (Join-Path $TestDrive "App_1.9.0.0_$architecture.msix") '1.9.0.0'
        $submission.applicationPackages += @{ fileName = "App_1.9.0.0_$architecture.msix"; fileStatus = 'PendingUpload' }
    }
    $submission | Set-StoreSubmission
}
AfterAll { Disconnect-Emulator }

Describe 'Send-StorePackage' {
    It 'expands wildcards, and puts files of one name into folders' {
        $sent = $submission | Send-StorePackage -Path (Join-Path $TestDrive '*_1.9.0.0_*.msix') -File @{
            'en-us/01.png' = Join-Path $TestDrive 'en-us/01.png'; 'de-de/01.png' = Join-Path $TestDrive 'de-de/01.png'
        }
        $sent.entries.name | Sort-Object | Should -BeExactly 'App_1.9.0.0_arm64.msix', 'App_1.9.0.0_x64.msix', 'de-de/01.png', 'en-us/01.png'
    }

    It 'takes a name with brackets as it is' {
        $path = New-TestPackage (Join-Path $TestDrive 'App[1].msix')
        Push-Location $TestDrive
        try { $failure = Get-Failure { $submission | Send-StorePackage -Path 'App[1].msix', 'none*.msix' -WhatIf -ErrorAction Stop } }
        finally { Pop-Location }
        "$failure" | Should -BeLike 'no file matches none*'
        $failure.FullyQualifiedErrorId | Should -BeLike 'file.no_match,*'
        [IO.File]::Delete($path)
    }

    It 'needs a file' {
        (Get-Failure { $submission | Send-StorePackage -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'request.missing_field,*'
        (Get-Failure { Send-StorePackage $submission -File @{ 'en-us/01.png' = (Join-Path $TestDrive 'none.png') } }).FullyQualifiedErrorId |
            Should -BeLike 'file.not_found,*'
    }
}
