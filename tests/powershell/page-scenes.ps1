# What the sections of pages need and leave behind, for Pages.Tests.ps1. Before runs before the blocks, Between after each of
# them, and After is true at the end. $printed has what the blocks have returned. Empty: without the files of Save-PageFile.
# Live: the page starts an emulator of its own. Fails: the code of the error that the block of this number ends with. A section
# that needs nothing has no entry.

# Pages whose sections go on where the one before ended.
$PageTogether = @('docs/first-release.md')

# Cmdlets of other modules whose names look like ours.
$OtherCmdlets = @(
    'Set-StoreBrokerAuthentication', 'Clear-StoreBrokerAuthentication', 'New-StoreBrokerConfigFile', 'New-StoreBrokerInAppProductConfigFile', 'Open-Store'
)

# Command lines that are none of PowerShell, by a pattern, with the test that runs them.
$CommandLines = @{
    '^cargo (build|test|fmt|run --example quickstart)'    = 'fn the_library_has_its_soname'
    '^STORESHIP_UPDATE_GOLDEN=1 cargo test'                = 'STORESHIP_UPDATE_GOLDEN'
    '^pwsh (powershell/build|tests/powershell/run)\.ps1'  = 'powershell/build.ps1'
    '^pwsh examples/publish\.ps1'                          = 'examples/publish.ps1'
    '^STORESHIP_LIBRARY=\S+ java --enable-native-access=ALL-UNNAMED examples/Publish\.java' = 'examples/Publish.java'
    '^python3 examples/python/publish\.py'                 = 'examples/python/publish.py'
    '^(ln -s libstoreship\.so|cc -Iinclude) '                = 'libstoreship.so.1'
    '^cargo xtask dist'                                    = 'cargo xtask dist'
    '^(STORESHIP_DIST=\S+ )?\.ci/run '                     = 'dist_build'
    '^(echo .* \| )?python -m storeship '                  = '"-m", "storeship"'
    '^storeship-emulator --host 0\.0\.0\.0 --port 8080'    = 'process_1'
}

$Published = { (Get-Published).visibility -eq 'Public' -and (Get-Package).Count -gt 0 }
$NewPackages = { Wait-All; (Get-Package) -like 'App_2.0.0.0_*' }

$PageScenes = @{
    'docs/errors.md: ' = @{ After = { $printed[0] -like 'file.not_found,*' -and $printed[1] -like '*path*' } }
    'docs/first-release.md: the page' = @{
        Empty = $true; Live = $true
        After = { $printed[-1] -is [bool] -and -not $printed[-1] -and @($printed | Where-Object { $_.PSObject.TypeNames -contains 'StoreShip.Receipt' }).changed }
    }
    'docs/add-ons.md: Make many' = @{
        Before = { [IO.File]::WriteAllText("$pwd/new.csv", "ProductId,ProductType`ncontoso-gems,Consumable`ncontoso-hat,Durable`n") }
        After  = { @($made).Count -eq 2 -and @($made | Get-StoreSubmission -Published | Where-Object { $_.pricing.priceId -eq 'Tier2' }).Count -eq 2 }
    }
    'docs/add-ons.md: Change many' = @{
        Before = { [IO.File]::WriteAllText("$pwd/titles.csv", "AddOnId,Title`n9NBLGGH4TNMP,Hundred coins`n") }
        After  = { $now = Get-StoreSubmission -AddOnId 9NBLGGH4TNMP; $now.pricing.priceId -eq 'Tier3' -and $now.listings.'en-us'.title -eq 'Hundred coins' }
    }
    'docs/add-ons.md: Delete what was never published' = @{
        Before = { $null = New-StoreAddOn $id -ProductId contoso-new -ProductType Durable }
        After  = { @(Get-StoreAddOn $id).Count -eq 1 }
    }
    'docs/flights.md: Make a flight' = @{
        Before = {
            $flight = New-StoreFlight $id -FriendlyName Other
            (Get-Failure { $flight | Publish-StoreSubmission -PackagePath out/*.msix -Confirm:$false }).FullyQualifiedErrorId | Should -BeLike 'flight.first_draft,*'
            $flight | Remove-StoreFlight -Confirm:$false
        }
        After  = { Wait-All; @((Get-StoreFlight $id -FlightName Nightly | Get-StoreSubmission -Published).flightPackages).Count -eq 2 }
    }
    'docs/flights.md: Give everybody the packages of the flight' = @{ After = { Wait-All; (Get-Package).Count -eq 2 } }
    'docs/flights.md: Delete a flight' = @{ After = { -not (Get-StoreFlight $id | Where-Object friendlyName -eq 'Insiders') } }
    'docs/flights.md: Begin a rollout' = @{ After = { $printed[-1].packageRolloutPercentage -eq 10 } }
    'docs/flights.md: Raise it' = @{
        Before = { $null = Publish-Rollout 10 }; Between = { if ($number -eq 1) { $day = 0.01 } }
        After  = { $printed[-1].packageRolloutStatus -eq 'PackageRolloutComplete' -and $printed[-1].steps.Count -eq 2 }
    }
    'docs/flights.md: End it' = @{
        Before = { $null = Publish-Rollout 10 }; Between = { if ($number -eq 0) { $null = Publish-Rollout 20 } }
        After  = { Wait-All; (& $NewPackages) -and $printed[0].packageRolloutStatus -eq 'PackageRolloutComplete' }
    }
    'docs/from-own-script.md: One package' = @{ After = { Wait-All; (Get-Package) -join ' ' -eq 'App_2.0.0.0_x64.msix' } }
    'docs/from-own-script.md: Several packages, all old ones out' = @{ After = { Wait-All; (Get-Package).Count -eq 2 } }
    'docs/from-own-script.md: Packages and release notes' = @{ After = { Wait-All; (Get-Published).listings.'de-de'.baseListing.releaseNotes -like '*Faster*' } }
    'docs/from-own-script.md: Stage now, commit later' = @{ After = $NewPackages }
    'docs/from-own-script.md: Make room first' = @{ Before = { $null = New-StoreSubmission $id }; After = $NewPackages }
    'docs/from-own-script.md: A payload of StoreBroker between jobs' = @{
        Before = { [IO.File]::WriteAllText("$pwd/store/release.json", '{"appId":"9NBLGGH4R315","packages":["../out/*.msix"]}') }; After = $NewPackages
    }
    'docs/from-own-script.md: A paid product' = @{ App = '9NBLGGH29DM8'; After = { Wait-All; (Get-Published).pricing.priceId -eq 'Tier2' } }
    'docs/from-own-script.md: Check without releasing' = @{ After = { @(Get-Request $emulator POST '*/submissions').Count -eq 0 } }
    'docs/from-azure-devops-tasks.md: The metadata' = @{
        Before = {
            $null = New-Item -ItemType Directory metadata/en-us/baseListing
            [IO.File]::WriteAllText("$pwd/metadata/en-us/baseListing/description.txt", 'Reads books aloud.')
        }
        After  = { Wait-All; (Get-Published).listings.'en-us'.baseListing.description -eq 'Reads books aloud.' }
    }
    'docs/from-azure-devops-tasks.md: The summary of the run' = @{ After = { [IO.File]::ReadAllText("$pwd/summary.md") -like '*## Release*' } }
    'docs/from-storebroker.md: A release' = @{ Before = { Export-StoreListing $id -Path listing }; After = $NewPackages }
    'docs/from-storebroker.md: The listings' = @{
        Before = {
            $null = New-Item -ItemType Directory PDP/en-us, Media/en-us
            [IO.File]::WriteAllText("$pwd/PDP/en-us/PDP.xml", '<ProductDescription><Description>Reads books.</Description></ProductDescription>')
        }
        After  = { [IO.File]::ReadAllText("$pwd/listing/listings/en-us/description.txt").Trim() -eq 'Reads books.' }
    }
    'docs/listings.md: ' = @{ Empty = $true }
    'docs/listings.md: Add-ons' = @{
        Empty = $true
        Before = {
            $null = Export-StoreListing $id -Path ./store -AddOns
            [IO.File]::WriteAllText("$pwd/store/add-ons/contoso-coins/listings/en-us/title.txt", 'Chest of coins')
        }
        After = { (Get-StoreSubmission -AddOnId 9NBLGGH4TNMP -Published).listings.'en-us'.title -eq 'Chest of coins' }
    }
    'docs/listings.md: What others have changed' = @{ Empty = $true; After = { Test-Path ./last.json } }
    'docs/add-ons.md: As files in the repository' = @{ After = { @($printed.changed) -contains $false } }
    'docs/sign-in.md: Jenkins, TeamCity and machines of your own' = @{
        Before = {
            $fixtures = "$PSScriptRoot/../sign_in"
            [IO.File]::WriteAllText("$pwd/store.pem", [IO.File]::ReadAllText("$fixtures/cert.pem") + [IO.File]::ReadAllText("$fixtures/key.pem"))
            Send-Control $emulator PUT trust (ConvertTo-StoreJson @{ certificates = @([IO.File]::ReadAllText("$fixtures/cert.pem")) })
        }
    }
    'docs/sign-in.md: Your own machine' = @{
        Before = {
            # Stands for the Azure CLI.
            $token = Get-Token
            $answer = "{`"accessToken`": `"$token`", `"expires_on`": 4102444800}"
            $windows = $env:OS -eq 'Windows_NT'
            $az = "$pwd/az" + $(if ($windows) { '.cmd' })
            [IO.File]::WriteAllText($az, $(if ($windows) { "@echo $answer`r`n" } else { "#!/bin/sh`necho '$answer'`n" }))
            if (-not $windows) { chmod +x $az }
            $PSDefaultParameterValues['Connect-Store:AzureCliPath'] = $az
        }
    }
    'docs/runbooks.md: A bad release is out, with a rollout' = @{
        Before = { $null = Publish-Rollout 10 }
        After  = {
            $halted, $new = @($printed | Where-Object { $_.PSObject.TypeNames -contains 'StoreShip.Rollout' })[-1], (Get-StoreRollout $id)
            $halted.packageRolloutStatus -eq 'PackageRolloutStopped' -and $new.packageRolloutStatus -eq 'PackageRolloutInProgress' -and $new.packageRolloutPercentage -eq 5
        }
    }
    'docs/runbooks.md: A bad release is out, to everybody' = @{ After = { (Get-Published).visibility -eq 'Public' -and (& $NewPackages) } }
    'docs/runbooks.md: A commit hangs in CommitStarted' = @{
        Before  = {
            $draft = Publish-StoreSubmission $id -PackagePath out/*.msix -NoCommit -Confirm:$false
            Send-Control $emulator POST "submissions/$($draft.submissionId)" '{"hangs":true}'
            $null = $draft | Complete-StoreSubmission -Confirm:$false
            (Get-Failure { Wait-StoreSubmission $id -CommitTimeoutSeconds 0.05 }).FullyQualifiedErrorId | Should -BeLike 'submission.commit_hangs,*'
            $PSDefaultParameterValues['Wait-StoreSubmission:TimeoutSeconds'] = 1
        }
        Fails   = @{ 0 = 'deadline.exceeded' }
        # A person deletes it.
        Between = { if ($number -eq 0) { Send-Control $emulator POST "submissions/$($draft.submissionId)" '{"status":"Canceled"}' } }
        After   = $NewPackages
    }
    'docs/runbooks.md: A draft of a colleague is in the way' = @{
        Before  = {
            New-Colleague $id
            (Get-Failure { Publish-StoreSubmission $id -PackagePath out/*.msix -Confirm:$false }).FullyQualifiedErrorId | Should -BeLike 'submission.pending_exists,*'
        }
        Between = {
            if ($number -eq 1) {
                Wait-All
                (Get-Published).notesForCertification | Should -BeExactly 'of a colleague'
                Save-PageFile $emulator $id 3.0.0.0
                New-Colleague $id
            }
        }
        After   = { Wait-All; (Get-Package) -like 'App_3.0.0.0_*' -and [IO.File]::ReadAllText("$pwd/colleague.json") -like '*of a colleague*' -and (Test-Path draft.html) }
    }
    'docs/runbooks.md: The upload address is dead' = @{
        Before = {
            New-Colleague $id
            Send-Control $emulator POST "submissions/$((Get-StoreSubmission $id -Pending).id)" '{"expireUpload":true}'
            (Get-Failure { Publish-StoreSubmission $id -PackagePath out/*.msix -Confirm:$false }).FullyQualifiedErrorId | Should -BeLike 'draft.unreadable,*'
        }
        After  = $NewPackages
    }
    'docs/runbooks.md: A link on the Store page is dead' = @{
        Before  = {
            $old = @{ '/listings/en-us/baseListing/description' = 'See https://www.contoso.com/old for more.' }
            $null = Publish-StoreSubmission $id -Edit $old -Until published -Confirm:$false
        }
        Between = {
            if ($number -eq 0) {
                @($printed | Where-Object { $_ -is [Microsoft.PowerShell.Commands.MatchInfo] }).Count | Should -Be 1
                [IO.File]::WriteAllText("$pwd/listing/listings/en-us/description.txt", 'See https://www.contoso.com/new for more.')
            }
        }
        After   = { Wait-All; (Get-Published).listings.'en-us'.baseListing.description -like '*/new*' }
    }
    'docs/runbooks.md: Everything is throttled (429)' = @{
        Between = {
            if ($number -eq 0) {
                # The limit would hold up the test.
                $null = Connect-Store -Emulator $emulator
                Add-Fault $emulator @{ path = '/v1.0/my/*'; nth = 2; count = 3; status = 429; headers = @{ 'retry-after' = '0' } }
            }
        }
        After   = { (Get-FaultUse $emulator) -eq 3 -and (& $NewPackages) }
    }
    'docs/runbooks.md: A wrong price is live' = @{ After = { (Get-Published).pricing.priceId -eq 'Tier2' } }
    'docs/runbooks.md: A client secret has leaked' = @{
        Before = { $null = New-StoreSubmission $id }
        After  = { @($printed | Where-Object { $_.PSObject.TypeNames -contains 'StoreShip.SubmissionStatus' }).status -eq 'PendingCommit' }
    }
    'docs/runbooks.md: An upload address has leaked' = @{
        Before = { $leaked = (Publish-StoreSubmission $id -PackagePath out/*.msix -NoCommit -Confirm:$false).submissionId }
        After  = { (& $NewPackages) -and (Get-Published).id -ne $leaked }
    }
}
