# Each mistake of docs/mistakes.md is made on the emulator, and StoreShip does what the table says.
BeforeDiscovery {
    . "$PSScriptRoot/pages.ps1"
    $rows = @(Get-Table "$PSScriptRoot/../../docs/mistakes.md" '| mistake | what happens then | what StoreShip does |' | ForEach-Object {
            @{ Mistake = $_[0].Replace('`', ''); Codes = @([regex]::Matches($_[2], '`([a-z_]+\.[a-z_]+)`') | ForEach-Object { $_.Groups[1].Value }) }
        })
}
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    . "$PSScriptRoot/pages.ps1"
    $paid = '9NBLGGH29DM8'

    function Get-Code([scriptblock] $Script) { ((Get-Failure $Script).FullyQualifiedErrorId -split ',')[0] }
    function Publish-Quickly { Publish-StoreSubmission $App -Until published -Confirm:$false @args @Quick }

    # Each script returns the codes of the errors that the mistake ends with, in the order of the page, or checks by itself.
    $Mistakes = @{
        'a release for each architecture, one after the other' = {
            $null = Publish-StoreSubmission $App -PackagePath out/*_x64.msix -NoWait -Confirm:$false
            Get-Code { Publish-StoreSubmission $App -PackagePath out/*_arm64.msix -Confirm:$false }
        }
        'the texts are committed, then the package is published' = {
            $null = Publish-StoreSubmission $App -ReleaseNotes 'Faster' -NoWait -Confirm:$false
            Get-Code { Publish-StoreSubmission $App -PackagePath out/*.msix -Confirm:$false }
        }
        'priceId is set to null because it reads Base' = {
            Get-Code { Publish-StoreSubmission $paid -Edit @{ '/pricing/priceId' = $null } -Confirm:$false }
            @(Get-Request $emulator POST '*/submissions').Count | Should -Be 0
        }
        'an old export of the submission is sent back' = {
            Get-StoreSubmission $App -Published | Export-StoreSubmission -Path old.json
            $null = Publish-Quickly -Visibility Hidden
            Set-StoreJsonValue /notesForCertification new -Path old.json
            $draft = New-StoreSubmission $App
            Set-StoreSubmission -Path old.json -SubmissionId $draft.id
            $now = Get-StoreSubmission $App -Pending
            $now.visibility, $now.notesForCertification | Should -BeExactly 'Hidden', 'new'
        }
        'old packages are left out of the list' = {
            $draft = New-StoreSubmission $App
            $draft.applicationPackages = @(@{ fileName = 'App_2.0.0.0_x64.msix'; fileStatus = 'PendingUpload' })
            Get-Code { $draft | Set-StoreSubmission }
            Remove-StoreSubmission $App -Confirm:$false
            $plan = Publish-StoreSubmission $App -PackagePath out/*_x64.msix -WhatIf
            @($plan.edits | Where-Object { $_.value -eq 'PendingDelete' }).Count | Should -Be 1
        }
        'packages are zipped and named .msixupload' = {
            Compress-Archive out/App_2.0.0.0_x64.msix, out/App_2.0.0.0_arm64.msix both.zip
            Move-Item both.zip both.msixupload
            $plan = Publish-StoreSubmission $App -PackagePath both.msixupload -WhatIf
            @($plan.packages).Count | Should -BeGreaterThan 0
            [IO.File]::WriteAllText("$pwd/text.txt", 'no package')
            Compress-Archive text.txt none.zip
            Move-Item none.zip none.msixupload
            Get-Code { Publish-StoreSubmission $App -PackagePath none.msixupload -WhatIf } | Should -BeIn 'package.invalid', 'check.failed'
        }
        'the package identity name is used as the Store id' = { Get-Code { Publish-StoreSubmission 'Contoso.Reader' -PackagePath out/*.msix -Confirm:$false } }
        'CommitStarted counts as success' = {
            Add-Fault $emulator @{ path = '*/commit'; submission = @{ failsAs = 'CommitFailed'; failure = @{ code = 'IsInternalError'; details = '' } } }
            Get-Code { Publish-StoreSubmission $App -PackagePath out/*.msix -Confirm:$false @Quick }
        }
        'every image is marked PendingDelete and sent again in each release' = {
            Export-StoreListing $App -Path listing
            (Publish-Quickly -ListingPath listing).changed | Should -BeFalse
        }
        '-AddPackages in every release' = {
            $null = Publish-Quickly -PackagePath out/*_x64.msix
            @((Get-StoreSubmission $App -Published).applicationPackages).Count | Should -Be 1
            Save-PageFile $emulator $App 3.0.0.0
            $null = Publish-Quickly -PackagePath out/*_x64.msix -OldPackages keepAll
            @((Get-StoreSubmission $App -Published).applicationPackages).Count | Should -Be 2
        }
        'the script goes on after an error' = {
            $draft = New-StoreSubmission $App
            $draft.visibility = @{}
            try { $draft | Set-StoreSubmission -ErrorAction Stop } catch { $null = $_ }
            Get-Code { $draft | Complete-StoreSubmission -Confirm:$false }
        }
        'a variable for the id of the flight is not set' = { Get-Code { Publish-StoreSubmission $App -FlightId $null -PackagePath out/*.msix -Confirm:$false } }
        'ConvertTo-Json without -Depth, or with too little' = {
            $draft = New-StoreSubmission $App
            Get-Code { Set-StoreSubmission $App -SubmissionId $draft.id -Json (ConvertTo-Json $draft -WarningAction SilentlyContinue) }
        }
        'the same version is built and published again' = {
            $null = Publish-Quickly -PackagePath out/*_x64.msix
            Rename-Item out/App_2.0.0.0_x64.msix Again_2.0.0.0_x64.msix
            $failure = Get-Failure { Publish-StoreSubmission $App -PackagePath out/Again*.msix -Confirm:$false }
            $failure.FullyQualifiedErrorId | Should -BeLike 'check.failed,*'
            (ConvertFrom-StoreJson $failure.Exception.DetailsJson).code | Should -BeIn 'P02', 'P03'
        }
        'the pending draft is deleted before each release' = {
            New-Colleague $App
            Get-Code { Publish-StoreSubmission $App -PackagePath out/*.msix -Confirm:$false }
            $null = Publish-StoreSubmission $App -PackagePath out/*.msix -Draft replace -Confirm:$false
        }
        'the secret is an argument on the command line' = {
            foreach ($name in 'ClientSecret', 'CertificatePassword', 'CertificateText', 'ClientAssertion', 'AccessToken') {
                (Get-Command Connect-Store).Parameters[$name].ParameterType | Should -Be ([securestring])
            }
            Get-Failure { Connect-Store -TenantId $emulator.TenantId -ClientId $emulator.ClientId -ClientSecret 'text' } | Should -Not -BeNullOrEmpty
        }
        'the upload address is printed' = {
            $draft = New-StoreSubmission $App
            $signature = [regex]::Match($draft.fileUploadUrl, 'sig=([^&]+)').Groups[1].Value
            $signature | Should -Not -BeNullOrEmpty
            ($draft | Out-String) + "$draft" | Should -Not -BeLike "*$signature*"
            $draft.ToJson() | Should -BeLike "*$signature*"
        }
    }
}

Describe 'docs/mistakes.md' {
    It 'has a row for each mistake that is made here' -ForEach @(@{ Rows = $rows }) {
        @($Rows | ForEach-Object { $_.Mistake } | Sort-Object) | Should -BeExactly @($Mistakes.Keys | Sort-Object)
    }

    It '<Mistake>' -ForEach $rows {
        $emulator = Connect-Emulator
        Push-Location (New-Item -ItemType Directory (Join-Path $TestDrive ([Guid]::NewGuid().ToString('n'))))
        try {
            Save-PageFile $emulator $App
            $seen = @(. $Mistakes[$Mistake] | Where-Object { $_ -is [string] })
            $seen | Should -BeExactly $Codes
        }
        finally {
            Pop-Location
            Disconnect-Emulator
        }
    }
}
