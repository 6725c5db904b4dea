# Functions that the sections of the catalogue share. Each case shows what the built-in cmdlets of PowerShell 7 do, and
# what ours do.

. "$PSScriptRoot/common.ps1"
$e = [string][char]0xe9

# Sends {"v":...} through the built-in cmdlets, at a depth that truncates nothing.
function Convert-BuiltIn([string] $Value) { "{`"v`":$Value}" | ConvertFrom-Json | ConvertTo-Json -Depth 100 -Compress }

# Checks that {"v":...} is the same text after our cmdlets.
function Test-Kept([string[]] $Values) {
    foreach ($value in $Values) { Write-Edited (ConvertFrom-StoreJson "{`"v`":$value}") | Should -BeExactly "{`"v`":$value}" }
}

# The guards that refuse an object that was edited, or one text for another.
function Get-Guard([object] $Document) { (Merge-Text $Document.StoreBaseline.Text (Write-Document $Document)).Guards }
function Get-TextGuard([string] $Baseline, [string] $Edited) { (Merge-Text "{`"v`":$Baseline}" "{`"v`":$Edited}").Guards }

# A web server that gives any bytes: set Type and Body; Seen has the body of the last request.
function Start-Server {
    $probe = New-Object Net.Sockets.TcpListener ([Net.IPAddress]::Loopback), 0
    $probe.Start()
    $port = $probe.LocalEndpoint.Port
    $probe.Stop()
    $listener = New-Object Net.HttpListener
    $listener.Prefixes.Add("http://127.0.0.1:$port/")
    $listener.Start()
    $server = [hashtable]::Synchronized(@{ Url = "http://127.0.0.1:$port/"; Listener = $listener; Type = 'application/json'; Body = [byte[]]@(); Seen = '' })
    $server.Shell = [powershell]::Create()
    $null = $server.Shell.AddScript({
            param($server)
            while ($server.Listener.IsListening) {
                try { $context = $server.Listener.GetContext() } catch { return }
                $server.Seen = (New-Object IO.StreamReader $context.Request.InputStream).ReadToEnd()
                $context.Response.ContentType = $server.Type
                $context.Response.Close($server.Body, $false)
            }
        }).AddArgument($server).BeginInvoke()
    $server
}
function Stop-Server {
    $server.Listener.Stop()
    $server.Shell.Dispose()
}
function Set-Answer([string] $Json) { $server.Body = [Text.Encoding]::UTF8.GetBytes($Json) }
