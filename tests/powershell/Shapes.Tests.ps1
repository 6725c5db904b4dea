# The lines of docs/pipelines.md, as they are: each section runs on an emulator of its own.
BeforeDiscovery {
    $page = [IO.File]::ReadAllText("$PSScriptRoot/../../docs/pipelines.md") -replace "`r"
    # What a section leaves at the Store: a script block that is true then.
    $outcomes = @{
        'One package'                                  = { (Get-Package) -contains 'App_2.0.0.0_x64.msix Uploaded' -and (Get-Package).Count -eq 1 }
        'Packages of several architectures'            = { ((Get-Package) -join ' ') -eq 'App_2.0.0.0_arm64.msix Uploaded App_2.0.0.0_x64.msix Uploaded' }
        'Release notes'                                = { $n = Get-Published; $n.listings.'en-us'.baseListing.releaseNotes -eq 'Faster' -and $n.listings.'de-de'.baseListing.releaseNotes -eq 'Schneller' }
        'The whole release in a file'                  = { $s = Get-Published; (Get-Package).Count -eq 2 -and $s.listings.'en-us'.baseListing.releaseNotes -eq 'Faster' -and $s.notesForCertification -like 'The test account*' }
        'Stage now, look, commit later'                = { (Get-Package).Count -eq 2 -and (Get-StoreApp $id).Pending -eq $null }
        'Approve in one job, release in another'       = { (Get-Package).Count -eq 2 -and ([regex]::Matches([IO.File]::ReadAllText($env:GITHUB_STEP_SUMMARY), '(?m)^## (\w+)') | ForEach-Object { $_.Groups[1].Value }) -join ' ' -eq 'Plan Release' }
        'Make room first'                              = { (Get-Package).Count -eq 2 -and (Get-Published).notesForCertification -ne 'of a person' }
        'A flight first, then everybody'               = { (Get-Package).Count -eq 2 -and (Get-StoreFlight $id | Get-StoreSubmission -Published).flightPackages.Count -ge 2 }
        'Listings and screenshots from the repository' = { (Get-Published).listings.'en-us'.baseListing.description -eq 'From the repository' -and (Get-Package).Count -eq 2 -and [IO.File]::ReadAllText((Join-Path (Get-Location) 'preview.html')).Contains('App_2.0.0.0_x64.msix') }
        'A paid product'                               = { (Get-Published).pricing.priceId -eq 'Tier2' }
        'Check without releasing'                      = { @(Get-Request $emulator POST '*/submissions').Count -eq 0 }
        'Many add-ons'                                 = { (Get-StoreSubmission -AddOnId 9NBLGGH4TNMP).pricing.priceId -eq 'Tier4' }
    }
    $sections = foreach ($part in $page -split '(?m)^## ' | Select-Object -Skip 1) {
        $title = ($part -split "`n")[0]
        $blocks = @([regex]::Matches($part, '(?ms)^```powershell\n(.*?)^```') | ForEach-Object { $_.Groups[1].Value })
        $file = [regex]::Match($part, '(?ms)^```json\n(.*?)^```').Groups[1].Value
        @{ Title = $title; Blocks = $blocks; File = $file; Outcome = $outcomes[$title] }
    }
}
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    . "$PSScriptRoot/pages.ps1"

    function Get-Published { Get-StoreSubmission $id -Published }
    function Get-Package { @((Get-Published).applicationPackages | ForEach-Object { "$($_.fileName) $($_.fileStatus)" } | Sort-Object) }
}

Describe 'docs/pipelines.md' {
    It 'has a section for each outcome' -ForEach @(@{ Titles = @($sections | ForEach-Object { $_.Title }); Known = @($outcomes.Keys) }) {
        $Titles | Sort-Object | Should -BeExactly ($Known | Sort-Object)
    }

    It '<Title>' -ForEach $sections {
        $Outcome | Should -Not -BeNullOrEmpty
        $emulator = Connect-Emulator
        $summary = $env:GITHUB_STEP_SUMMARY
        $env:GITHUB_STEP_SUMMARY = Join-Path $TestDrive 'summary.md'
        Push-Location (New-Item -ItemType Directory (Join-Path $TestDrive ([Guid]::NewGuid().ToString('n'))))
        try {
            $id = if ($Title -eq 'A paid product') { '9NBLGGH29DM8' } else { $App }
            Save-PageFile $emulator $id
            [IO.File]::WriteAllText((Join-Path (Get-Location) 'store/release.json'), $File)
            if ($Title -eq 'Make room first') { $null = New-StoreSubmission $id | Edit-StoreSubmission { $_.notesForCertification = 'of a person' } }
            foreach ($block in $Blocks) {
                $null = & ([scriptblock]::Create($block))
                # The next line comes later in the life of an app, when the release is in the Store.
                if ($block -match 'Publish|Complete' -and $block -notmatch 'NoCommit|WhatIf|AddOn') {
                    foreach ($target in (Get-StoreApp $id), (Get-StoreFlight $id)) {
                        $target | Where-Object Pending | Wait-StoreSubmission @Quick
                    }
                }
            }
            if ($Title -eq 'Many add-ons') { $null = Get-StoreAddOn $id | Where-Object Pending | Wait-StoreSubmission @Quick }
            & $Outcome | Should -BeTrue
        }
        finally {
            Pop-Location
            $env:GITHUB_STEP_SUMMARY = $summary
            Disconnect-Emulator
        }
    }
}
