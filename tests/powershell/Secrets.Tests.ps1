# Redaction: hostile responses echo a secret, a token and a signature (the canaries), which must not appear in any error
# record, stream, transcript, connection or output. The exception is fileUploadUrl in a submission, a document of the
# service, which keeps its signed address because the caller needs it for the upload.

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $emulator = Connect-Emulator
    $Secret = 'kAnarY+/s3cr=t-x~'
    $Token = 't0k3n.canary.+/opaque~=='

    function ConvertTo-LowerHex([string] $Text) { [regex]::Replace($Text, '%[0-9A-F]{2}', { $args[0].Value.ToLowerInvariant() }) }

    # The forms of a canary: plain, URL-encoded with upper and lower case hex, and base64 at each of the three offsets.
    function Get-Form([string] $Canary) {
        $Canary
        foreach ($encoded in [Uri]::EscapeDataString($Canary), [Uri]::EscapeDataString($Canary).Replace('~', '%7E')) {
            $encoded
            ConvertTo-LowerHex $encoded
        }
        foreach ($before in 0..2) {
            $bytes = [Text.Encoding]::UTF8.GetBytes((':' * $before) + $Canary)
            $first = [int][Math]::Ceiling($before * 8 / 6)
            $inner = [Convert]::ToBase64String($bytes).Substring($first, [int][Math]::Floor($bytes.Length * 8 / 6) - $first)
            $inner
            $inner.Replace('+', '-').Replace('/', '_')
        }
    }

    function Get-Echo([string] $Canary) { "you sent Bearer $Canary client_secret=$Canary [" + ((Get-Form $Canary) -join '] [') + ']' }

    function Assert-Hidden([string] $Where, [string] $Text, [string[]] $Canaries) {
        # A console may break a line anywhere and begin the next one with a bar.
        $whole = $Text -replace '[\s|]', ''
        foreach ($canary in $Canaries) {
            foreach ($form in Get-Form $canary) {
                if ($Text.Contains($form) -or $whole.Contains($form)) { throw "${Where}: $form is in $Text" }
            }
        }
        if ($Text -match 'eyJ\w{10}') { throw "${Where}: a token is in $Text" }
    }

    # All text of an object: its formatted views, and its properties to three levels. Deeper levels hold only the commands and
    # modules of the invocation, which are megabytes of text.
    function Get-AllText([object] $Value) {
        ($Value | Out-String -Width 10000) + ($Value | Format-List * -Force | Out-String -Width 10000) +
            [Management.Automation.PSSerializer]::Serialize($Value, 3)
    }

    # Runs a command with all streams on and returns all its output and errors as text.
    function Get-Trace([scriptblock] $Script) {
        $Error.Clear()
        $VerbosePreference = $DebugPreference = $InformationPreference = $WarningPreference = 'Continue'
        $ConfirmPreference = 'None'
        $text = New-Object Text.StringBuilder
        $records = @()
        try { $records = @(& $Script *>&1) }
        catch { $null = $text.Append((Get-AllText $_.Exception)).Append($_.Exception.ResponseJson) }
        foreach ($record in $records + @($Error)) { $null = $text.Append((Get-AllText $record)) }
        $text.ToString()
    }

    function Get-Fault([string] $Canary) {
        $said = Get-Echo $Canary
        $body = @{ code = $said; message = $said; target = $said; details = @(@{ message = $said }); error = $said; error_description = $said }
        foreach ($status in 400, 401, 403, 409, 500) { @{ status = $status; body = $body } }
        @{ status = 302; body = ''; headers = @{ location = "http://127.0.0.1:9/?sig=$Canary" } }
        @{ status = 400; headers = @{ 'ms-correlationid' = $Canary; 'x-ms-request-id' = $Canary; 'x-ms-error-code' = $Canary } }
        @{ status = 200; body = "<html>$said" }
        @{ drop = 'after' }
    }

    function Set-Fault([string] $Path, [hashtable] $Fault) {
        Send-Control $emulator DELETE faults
        Add-Fault $emulator (@{ path = $Path; count = 0 } + $Fault)
    }

    $transcript = Join-Path $TestDrive 'transcript.txt'
    $null = Start-Transcript $transcript
    $Package = New-TestPackage (Join-Path $TestDrive 'Contoso_2.0.0.0_x64.msix') '2.0.0.0'
    $state = ConvertFrom-StoreJson (New-Object System.Net.WebClient).DownloadString($emulator.ControlUrl + 'state')
    $state.account.clientSecret = $Secret
    Send-Control $emulator PUT state (ConvertTo-StoreJson -InputObject $state)
    $secure = ConvertTo-SecureString $Secret -AsPlainText -Force
    $ids = @{ TenantId = $emulator.TenantId; ClientId = $emulator.ClientId; ServiceUrl = $emulator.ServiceUrl; AuthorityUrl = $emulator.AuthorityUrl }
    $null = Connect-Store @ids -ClientSecret $secure
    $draft = New-StoreSubmission $App
    $draft.applicationPackages += @{ fileName = Split-Path -Leaf $Package; fileStatus = 'PendingUpload' }
    $draft | Set-StoreSubmission
    $Signature = [Uri]::UnescapeDataString(($draft.fileUploadUrl -replace '.*[?&]sig=([^&]*).*', '$1'))
}
AfterAll {
    Send-Control $emulator DELETE faults
    try { $null = Stop-Transcript } catch { }
    Disconnect-Emulator
}

Describe 'a canary' {
    It 'of the sign-in is in no stream and no error' {
        foreach ($fault in Get-Fault $Secret) {
            Set-Fault '*/token' $fault
            $credential = @{ type = 'clientSecret'; tenantId = $emulator.TenantId; clientId = $emulator.ClientId; clientSecret = $Secret }
            foreach ($script in { Get-StoreApp -Connection $c }, { Test-Store $App -Connection $c }, { Publish-StoreSubmission $App -ReleaseNotes @{ 'en-us' = 'x' } -Connection $c }) {
                $c = New-ImpatientConnection $emulator $credential 0
                $trace = Get-Trace $script
                $trace.Length | Should -BeGreaterThan 100
                Assert-Hidden "$script at $($fault.Keys)" $trace $Secret
            }
        }
    }

    It 'of a token is in no stream and no error' {
        $c = New-ImpatientConnection $emulator @{ type = 'token'; accessToken = $Token } 0
        $PSDefaultParameterValues = @{ '*-Store*:Connection' = $c }
        $scripts = @(
            { Get-StoreApp }, { Get-StoreApp $App }, { Get-StoreSubmission $App -SubmissionId $draft.id }, { New-StoreSubmission $App }
            { Set-StoreSubmission $App -SubmissionId $draft.id -Json '{}' -AllowFree }, { Complete-StoreSubmission $App -SubmissionId $draft.id }
            { Wait-StoreSubmission $App -SubmissionId $draft.id -PollSeconds 0.01 }, { Remove-StoreSubmission $App -SubmissionId $draft.id }
            { New-StoreFlight $App Night }, { Get-StoreRollout $App -SubmissionId $draft.id }, { Test-Store $App }
            { Publish-StoreSubmission $App -ReleaseNotes @{ 'en-us' = 'x' } }, { Send-StorePackage $App -SubmissionId $draft.id -Path $Package }
            { Invoke-StoreOperation service.call @{ method = 'POST'; path = 'applications' } }
        )
        $turn = 0
        foreach ($fault in Get-Fault $Token) {
            Set-Fault '/v1.0/my/*' $fault
            # Each command runs with every third fault, which saves time; tests/abi/secrets.rs runs all pairs.
            foreach ($script in 0..($scripts.Count - 1) | Where-Object { ($_ + $turn) % 3 -eq 0 } | ForEach-Object { $scripts[$_] }) {
                $trace = Get-Trace $script
                $trace.Length | Should -BeGreaterThan 100
                Assert-Hidden "$script at $($fault.Keys)" $trace $Token
            }
            $turn++
        }
    }

    It 'of an upload address is in no stream and no error' {
        $credential = @{ type = 'clientSecret'; tenantId = $emulator.TenantId; clientId = $emulator.ClientId; clientSecret = $Secret }
        $c = New-ImpatientConnection $emulator $credential 0
        $said = "$(Get-Echo $Signature) $($draft.fileUploadUrl) $($draft.fileUploadUrl.Replace('&', '&amp;'))"
        $xml = "<Error><Code>AuthenticationFailed</Code><Message>$said</Message><AuthenticationErrorDetail>$said</AuthenticationErrorDetail></Error>"
        foreach ($fault in @(Get-Fault $Signature) + @{ status = 403; body = $xml }) {
            Set-Fault '*/ingestion/*' $fault
            foreach ($script in { Send-StorePackage $draft -Path $Package -Connection $c }, { Publish-StoreSubmission $App -PackagePath $Package -Draft Adopt -NoCommit -Connection $c }) {
                $trace = Get-Trace $script
                $trace.Length | Should -BeGreaterThan 100
                Assert-Hidden "$script at $($fault.Keys)" $trace $Signature, $Secret
                $trace | Should -Not -Match 'sig=(?!REDACTED)'
            }
        }
        Send-Control $emulator DELETE faults
    }

    It 'of a connection is not shown by the connection' {
        $connection = Connect-Store @ids -ClientSecret $secure
        $withToken = Connect-Store -AccessToken (ConvertTo-SecureString $Token -AsPlainText -Force) -ServiceUrl $emulator.ServiceUrl -NoSignIn
        Assert-Hidden 'a connection' ((Get-AllText $connection) + (Get-AllText $withToken)) $Secret, $Token
        # The objects behind the connection do not show it either.
        foreach ($field in [StoreShip.StoreConnection].GetFields('Instance, NonPublic')) {
            Assert-Hidden $field.Name ([string] $field.GetValue($connection) + ($field.GetValue($connection) | Format-List * -Force | Out-String)) $Secret
        }
        $null = Connect-Store @ids -ClientSecret $secure
    }

    It 'in a successful response is in the submission only' {
        $trace = Get-Trace { Publish-StoreSubmission $App -PackagePath $Package -Draft Adopt -NoCommit; Get-StoreApp $App; Get-StoreApp; Test-Store $App; Send-StorePackage $draft -Path $Package }
        $trace.Length | Should -BeGreaterThan 1000
        Assert-Hidden 'good answers' $trace $Secret, $Signature
        $trace | Should -Not -Match 'sig='

        $submission = Get-StoreSubmission $App -SubmissionId $draft.id
        $submission.fileUploadUrl | Should -Match 'sig='
        ($submission | Out-String) | Should -Not -Match 'sig='
        $submission.fileUploadUrl = 'x'
        $seen = Get-Trace { Compare-StoreSubmission $submission }
        $seen | Should -Match 'fileUploadUrl'
        Assert-Hidden 'a comparison' $seen $Signature
    }

    It 'is in the output of no process' {
        $script = Join-Path $TestDrive 'child.ps1'
        [IO.File]::WriteAllText($script, @'
$ErrorActionPreference = 'Continue'
Import-Module $env:STORESHIP_TEST_MODULE
$VerbosePreference = $DebugPreference = 'Continue'
$secret = ConvertTo-SecureString $env:CANARY -AsPlainText -Force
Remove-Item env:CANARY
Connect-Store -TenantId $args[0] -ClientId $args[1] -ClientSecret $secret -ServiceUrl $args[2] -AuthorityUrl $args[3]
Get-StoreApp nonsense
$Error | Format-List * -Force
'end'
Connect-Store -TenantId $args[0] -ClientId wrong -ClientSecret $secret -ServiceUrl $args[2] -AuthorityUrl $args[3] -ErrorAction Stop
'@)
        $fault = @{ status = 400; body = @{ error = 'x'; error_description = (Get-Echo $Secret); error_codes = @(7000215) } }
        Set-Fault '*/token' $fault
        $env:CANARY = $Secret
        $shell = (Get-Process -Id $PID).Path
        try { $printed = & $shell -NoProfile -NonInteractive -File $script $emulator.TenantId $emulator.ClientId $emulator.ServiceUrl $emulator.AuthorityUrl 2>&1 | Out-String -Width 10000 }
        finally { Remove-Item env:CANARY; Send-Control $emulator DELETE faults }
        $printed | Should -Match 'end'
        $printed | Should -Match 'REDACTED'
        Assert-Hidden 'the output' $printed $Secret
    }

    It 'is in no transcript' {
        $null = Stop-Transcript
        $text = [IO.File]::ReadAllText($transcript)
        $text.Length | Should -BeGreaterThan 500
        Assert-Hidden 'the transcript' $text $Secret, $Token, $Signature
    }
}
