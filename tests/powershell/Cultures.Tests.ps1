# Culture and time zone change no byte: the same edits run in one process for each time zone, once in each culture.
BeforeDiscovery {
    $zones = @(
        @{ Zone = 'UTC'; Offset = '00:00:00' }
        @{ Zone = 'Asia/Kolkata'; Offset = '05:30:00' }
        @{ Zone = 'America/Los_Angeles'; Offset = '-08:00:00' }
    )
    $cultures = @(
        @{ Culture = 'de-DE'; Number = '1,5'; Year = '2026' }
        @{ Culture = 'tr-TR'; Number = '1,5'; Year = '2026' }
        @{ Culture = 'fa-IR'; Number = '1?5'; Year = '1404' }
        @{ Culture = 'th-TH'; Number = '1.5'; Year = '2569' }
    )
}
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $example = Join-Path $PSScriptRoot '../contract/examples/resource.ApplicationSubmission.json'
    $editing = Join-Path $TestDrive 'edit.ps1'
    [IO.File]::WriteAllText($editing, @'
param([string] $Module, [string] $Example, [string] $Cultures, [string] $Folder)
$ErrorActionPreference = 'Stop'
Import-Module $Module
function Edit-Example {
    $s = ConvertFrom-StoreJson -Path $Example
    $s.notesForCertification = "I i $([char]0x130) $([char]0x131) 1.5"
    $s.targetPublishDate = [datetime]'2026-03-01T12:30:00Z'
    $s.packageDeliveryOptions.packageRollout.packageRolloutPercentage = 12.5
    $s.listings.'en-us'.baseListing.keywords += 'TITLE'.ToLowerInvariant()
    $s | Add-Member I ([ordered]@{ i = -1; d = 1.50d; e = [DayOfWeek]::Friday; b = [bigint]-5; o = [DateTimeOffset]'2026-03-01T00:00:00+05:30'; l = [datetime]::SpecifyKind([datetime]'2026-03-01', 'Utc') })
    $s.ToJson() + "`n" + (ConvertTo-StoreJson $s) + "`n" + (ConvertTo-StoreJson (ConvertFrom-StoreJson $s.ToJson() -AsHashtable))
}
foreach ($culture in $Cultures -split ' ') {
    $info = New-Object Globalization.CultureInfo $culture
    [Threading.Thread]::CurrentThread.CurrentCulture = $info
    [Threading.Thread]::CurrentThread.CurrentUICulture = $info
    [IO.File]::WriteAllText("$Folder/$culture.json", (Edit-Example))
    $seen = "$([Globalization.CultureInfo]::CurrentCulture.Name) $([TimeZoneInfo]::Local.BaseUtcOffset) $('{0}' -f 1.5) $(([datetime]'2026-03-01').ToString('yyyy'))"
    [IO.File]::WriteAllText("$Folder/$culture.seen", $seen)
}
'@)

    # Runs the edits in a new process and returns the folder with the results.
    function Start-Editing([string] $Zone, [string] $Cultures) {
        $folder = Join-Path $TestDrive ($Zone -replace '/', '-')
        $null = New-Item -ItemType Directory -Force $folder
        $before = $env:TZ
        try {
            $env:TZ = $Zone
            $said = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -File $editing (Get-Module StoreShip).ModuleBase $example $Cultures $folder 2>&1
            if ($LASTEXITCODE -ne 0) { throw "$said" }
        }
        finally { $env:TZ = $before }
        $folder
    }
    function Get-Edited([string] $Folder, [string] $Culture) { [Convert]::ToBase64String([IO.File]::ReadAllBytes("$Folder/$Culture.json")) }

    $expected = Get-Edited (Start-Editing 'Pacific/Apia' 'en-US') 'en-US'
}

Describe 'the same edits give the same bytes in <Zone>' -ForEach $zones {
    BeforeAll { $folder = Start-Editing $Zone 'de-DE tr-TR fa-IR th-TH' }

    It 'and <Culture>' -ForEach $cultures {
        Get-Edited $folder $Culture | Should -BeExactly $expected
        # Checks that the process had this zone and culture. Windows ignores TZ.
        $seen = [IO.File]::ReadAllText("$folder/$Culture.seen")
        $seen | Should -BeLike "$Culture *"
        if ([IO.Path]::DirectorySeparatorChar -eq '/') { $seen | Should -BeLike "* $Offset $Number $Year" }
    }
}

Describe 'the bytes' {
    It 'are the expected ones' {
        $text = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($expected))
        foreach ($part in '"I": {"i":-1,"d":1.50,"e":"Friday","b":-5,"o":"2026-02-28T18:30:00Z","l":"2026-03-01T00:00:00Z"}',
            '"targetPublishDate": "2026-03-01T12:30:00Z"', '"packageRolloutPercentage": 12.5,', '"title"') {
            $text.Contains($part) | Should -BeTrue -Because $part
        }
    }
}
