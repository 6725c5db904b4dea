# What the rows of tests/contract/errors.json and remedies.json have in common. tests/contract/scene.rs describes the
# steps, the names in angle brackets, and the members of a call.

# A scene: the emulator, the values that names in angle brackets stand for, and the result that was kept last, as JSON.
function New-Scene([object] $Emulator, [string] $Folder) {
    $client = New-Object System.Net.WebClient
    $endpoints = ConvertFrom-StoreJson $client.DownloadString($Emulator.ControlUrl + 'endpoints')
    $fixtures = Join-Path (Split-Path $PSScriptRoot) 'sign_in'
    $values = @{
        folder = $Folder.Replace('\', '/'); fixtures = $fixtures.Replace('\', '/')
        package = (New-TestPackage (Join-Path $Folder 'Contoso_2.0.0.0_x64.msix') '2.0.0.0').Replace('\', '/')
        tenant = $Emulator.TenantId; client = $Emulator.ClientId; secret = $Emulator.ClientSecret; service = $Emulator.ServiceUrl
        identity = $endpoints.identity; identityToken = $endpoints.identityToken
    }
    foreach ($name in 'cert.pem', 'key.pem', 'ended.pem') { $values[$name] = [IO.File]::ReadAllText("$fixtures/$name") }
    @{ Emulator = $Emulator; Values = $values; Document = '{}' }
}

# The JSON text with the values in place of their names.
function Set-Value([hashtable] $Scene, [string] $Json) {
    foreach ($name in $Scene.Values.Keys) {
        $Json = $Json.Replace("<$name>", (ConvertTo-StoreJson $Scene.Values[$name]).Trim('"'))
    }
    $Json
}

# The JSON text after the operations of a JSON Patch.
function Edit-Text([hashtable] $Scene, [string] $Json, [object] $Operations) {
    $operations = Set-Value $Scene (ConvertTo-StoreJson -InputObject $Operations)
    Invoke-StoreOperation document.patch ('{"document":' + $Json + ',"operations":' + $operations + '}') -AsJson
}

# The request with an edited document as its member `submission`.
function Add-Edited([hashtable] $Scene, [string] $Request, [string] $Edited) {
    Edit-Text $Scene $Request @(@{ op = 'add'; path = '/submission'; value = ConvertFrom-StoreJson $Edited })
}

function Invoke-Step([hashtable] $Scene, [object[]] $Steps) {
    foreach ($step in @($Steps | Where-Object { $_ })) {
        $step = ConvertFrom-StoreJson (Set-Value $Scene (ConvertTo-StoreJson $step)) -AsHashtable
        $web = New-Object System.Net.WebClient
        $result = 'null'
        if ($step.Contains('control')) {
            $method = if ($step.Contains('method')) { $step.method } else { 'POST' }
            Send-Control $Scene.Emulator $method $step.control $(if ($step.Contains('body')) { ConvertTo-StoreJson -InputObject $step.body })
        }
        elseif ($step.Contains('folder')) { $null = New-Item -ItemType Directory $step.folder }
        elseif ($step.Contains('package')) { $null = New-TestPackage $step.file $step.package }
        elseif ($step.Contains('file')) {
            $null = [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($step.file))
            [IO.File]::WriteAllText($step.file, $step.text)
        }
        elseif ($step.Contains('token')) {
            $form = New-Object Collections.Specialized.NameValueCollection
            $form['grant_type'], $form['resource'] = 'client_credentials', $step.token
            $form['client_id'], $form['client_secret'] = $Scene.Values.client, $Scene.Values.secret
            $bytes = $web.UploadValues($Scene.Emulator.AuthorityUrl + $Scene.Values.tenant + '/oauth2/token', $form)
            $result = [Text.Encoding]::UTF8.GetString($bytes) | Get-StoreJsonValue /access_token -AsJson
        }
        elseif ($step.Contains('idToken')) {
            $web.Headers['Authorization'] = 'Bearer ' + $Scene.Values.identityToken
            $url = $Scene.Values.identity + 'github/idtoken?api-version=2.0&audience=' + [Uri]::EscapeDataString($step.idToken)
            $result = $web.DownloadString($url) | Get-StoreJsonValue /value -AsJson
        }
        else {
            $request = ConvertTo-StoreJson $step.request
            if ($step.Contains('edit')) { $request = Add-Edited $Scene $request (Edit-Text $Scene $Scene.Document $step.edit) }
            $result = Invoke-StoreOperation $step.call $request -AsJson -Confirm:$false
        }
        if ($step.Contains('keep')) {
            foreach ($name in $step.keep.Keys) { $Scene.Values[$name] = $result | Get-StoreJsonValue $step.keep[$name] }
            $Scene.Document = $result
        }
    }
}

# The document of the member `edit` of a row.
function Get-Edited([hashtable] $Scene, [object] $Row) {
    if ($Row.PSObject.Properties['edit']) { Edit-Text $Scene $Scene.Document $Row.edit }
}
