# What people see of objects, streams and errors: no signed upload address, no control character and no command of a build
# agent. Documents keep what the service sent.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $emulator = Connect-Emulator
    $shell = (Get-Process -Id $PID).Path

    # ESC, BEL, CR, a mark that reverses text, and commands of Azure Pipelines and GitHub Actions.
    $Hostile = [string]::Join('', 'A', [char]27, '[31m', [char]7, [char]13, [char]0x202E, "`n##vso[task.setvariable variable=x]y`n::add-mask::z")

    function Assert-Safe([string] $Text) {
        foreach ($code in 27, 7, 0x202E) {
            $Text.IndexOf([char] $code) | Should -Be -1 -Because "U+$($code.ToString('X4')) is in $($Text -replace '[^ -~]', '?')"
        }
        $Text | Should -Not -Match '(?i)##(vso)?\['
        $Text | Should -Not -Match '(?m)^\s*::[a-z]'
    }

    function Set-Answer([string] $Path, [hashtable] $Body, [int] $Status = 200) {
        Send-Control $emulator DELETE faults
        Add-Fault $emulator @{ path = $Path; method = 'GET'; status = $Status; count = 0; body = $Body }
    }
}
AfterAll {
    Send-Control $emulator DELETE faults
    Disconnect-Emulator
}

Describe 'the signed upload address' {
    BeforeAll {
        $draft = New-StoreSubmission $App
        $Signature = $draft.fileUploadUrl -replace '.*[?&]sig=([^&]*).*', '$1'
    }

    It 'is in no output of a script' {
        $script = Join-Path $TestDrive 'script.ps1'
        [IO.File]::WriteAllText($script, @'
Import-Module $env:STORESHIP_TEST_MODULE
Connect-Store -TenantId $args[0] -ClientId $args[1] -ClientSecret (ConvertTo-SecureString $args[2] -AsPlainText -Force) -ServiceUrl $args[3] -AuthorityUrl $args[4]
$s = Get-StoreSubmission 9NBLGGH4R315
$s
"text: $s"
$s | Format-List
$s | Format-Table
Get-StoreApp
Get-StoreSubmission 9NBLGGH4R315
Import-StoreSubmission $args[5]
Compare-StoreSubmission $s -ReferenceObject '{"fileUploadUrl":"x"}'
Set-StoreSubmission $s -Baseline '{}' -WhatIf
Get-StoreApp $s.psobject.Copy() -Connection $s
'the end'
'@)
        $file = Join-Path $TestDrive 'draft.json'
        Export-StoreSubmission $draft -Path $file
        $printed = & $shell -NoProfile -NonInteractive -File $script $emulator.TenantId $emulator.ClientId $emulator.ClientSecret `
            $emulator.ServiceUrl $emulator.AuthorityUrl $file 2>&1 | Out-String -Width 10000
        $printed | Should -BeLike "*text: app $App, submission $($draft.id)*the end*"
        $printed -replace '[\s|]', '' | Should -Not -Match 'sig=(?!REDACTED)'
        $printed -replace '[\s|]', '' | Should -Not -BeLike "*$Signature*"
    }

    It 'is in a submission by name, with Format-List * and as JSON' {
        $draft.fileUploadUrl | Should -Match 'sig='
        ($draft | Format-List * | Out-String -Width 10000) | Should -Match 'sig='
        $draft.ToJson() | Should -Match 'sig='
        ConvertTo-StoreJson $draft | Should -Match 'sig='
    }

    It 'is not in the text of a submission: <Name>' -ForEach @(
        @{ Name = 'as it is'; Copy = { $draft } }
        @{ Name = 'a copy'; Copy = { $draft.psobject.Copy() } }
        @{ Name = 'from CLIXML'; Copy = { [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($draft)) } }
        @{ Name = 'from a job'; Copy = { Start-Job { $args[0] } -ArgumentList $draft | Receive-Job -Wait -AutoRemoveJob } }
        @{ Name = 'of a flight'; Copy = { Get-StoreSubmission -AppId $App -FlightId (New-StoreFlight $App Night).flightId } }
    ) {
        $copy = & $Copy
        $copy.fileUploadUrl | Should -Match 'sig='
        "$copy" | Should -BeLike "app $App*, submission $($copy.id)"
        ((1, $copy) | Out-String -Width 10000) | Should -Not -Match 'sig='
        ((Get-StoreApp $App), $copy | Out-String -Width 10000) | Should -Not -Match 'sig='
        ($copy | Format-Table | Out-String -Width 10000) | Should -Not -Match 'sig='
    }

    It 'is named in the help' {
        (Get-Help Get-StoreSubmission -Full | Out-String) -replace '\s+', ' ' | Should -BeLike '*fileUploadUrl*Format-List `**'
    }
}

Describe 'text of the service' {
    AfterEach { Send-Control $emulator DELETE faults }

    It 'is safe in the view of <Name>, and whole in the object' -ForEach @(
        @{ Name = 'an app'; Path = '*/applications/*'; Body = { @{ id = '9NBLGGH4R315'; primaryName = $Hostile } }; Get = { Get-StoreApp $App }; Value = { $_.primaryName } }
        @{ Name = 'a list of apps'; Path = '*/applications'; Body = { @{ value = @(@{ id = $Hostile; primaryName = $Hostile }) } }; Get = { Get-StoreApp }; Value = { $_.primaryName } }
        @{ Name = 'a flight'; Path = '*/flights/*'; Body = { @{ flightId = 'f1'; friendlyName = $Hostile } }; Get = { Get-StoreFlight $App -FlightId f1 }; Value = { $_.friendlyName } }
        @{ Name = 'an add-on'; Path = '*/inappproducts/*'; Body = { @{ id = 'g1'; productId = $Hostile; applications = @{ value = @(@{ id = $Hostile }) } } }; Get = { Get-StoreAddOn -AddOnId g1 }; Value = { $_.productId } }
        @{
            Name = 'a submission'; Path = '*/submissions/*'; Get = { Get-StoreSubmission $App -SubmissionId 1 }; Value = { $_.visibility }
            Body = { @{ id = '1'; status = $Hostile; visibility = $Hostile; listings = @{ $Hostile = @{} }; pricing = @{ priceId = $Hostile }; applicationPackages = @(@{ fileName = $Hostile; fileStatus = $Hostile }) } }
        }
    ) {
        Set-Answer $Path (& $Body)
        $object = & $Get
        $shown = $object | Out-String -Width 500
        $shown | Should -BeLike '*A\u001b`[31m\u0007\r\u202e\n\u0023#vso`[*'
        Assert-Safe $shown
        ($object | ForEach-Object $Value) | Should -BeExactly $Hostile
        # The view of a job's copy is the same.
        $copy = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($object))
        Assert-Safe ($copy | Out-String -Width 500)
        ($copy | Out-String -Width 500) | Should -BeLike '*A\u001b`[31m*'
    }

    It 'is safe in edits, verbose lines and warnings' {
        $before = ConvertTo-StoreJson @{ a = 1; $Hostile = 'x'; list = @('a') }
        $after = ConvertTo-StoreJson @{ a = $Hostile; $Hostile = 'y'; list = 'a' }
        $shown = Compare-StoreSubmission $after -ReferenceObject $before 3>&1 4>&1 | ForEach-Object {
            if ($_ -is [Management.Automation.InformationalRecord]) { $_.Message } else { $_ | Out-String -Width 500 }
        }
        ($shown -join "`n") | Should -BeLike '*A\u001b*'
        Assert-Safe ($shown -join "`n")
    }

    It 'is safe in an error' {
        Set-Answer '*/applications/*' @{ code = $Hostile; message = $Hostile; target = $Hostile; details = @(@{ message = $Hostile }) } 400
        $failure = Get-Failure { Get-StoreApp $App }
        Assert-Safe "$failure"
        Assert-Safe ($failure | Out-String -Width 500)
        Assert-Safe $failure.ErrorDetails.Message
        Assert-Safe $failure.ErrorDetails.RecommendedAction
    }

    It 'is safe when a view breaks a line before a command' {
        Set-Answer '*/applications/*' @{ id = 'x'; primaryName = ('b' * 60) + ' ::add-mask::x' }
        $shown = Get-StoreApp $App | Format-Table | Out-String -Width 60
        Assert-Safe $shown
    }
}
