# Functions that the sections of the catalogue share. Each case shows what the built-in cmdlets of PowerShell 7 do, and
# what the cmdlets of this module do.

. "$PSScriptRoot/common.ps1"
$e = [string][char]0xe9

# Sends {"v":...} through the built-in cmdlets, at a depth that truncates nothing.
function Convert-BuiltIn([string] $Value) { "{`"v`":$Value}" | ConvertFrom-Json | ConvertTo-Json -Depth 100 -Compress }

# Checks that ConvertFrom-StoreJson and ConvertTo-StoreJson return {"v":...} unchanged.
function Test-Kept([string[]] $Values) {
    foreach ($value in $Values) { Write-Edited (ConvertFrom-StoreJson "{`"v`":$value}") | Should -BeExactly "{`"v`":$value}" }
}

# The guards that refuse an object that was edited, or one text for another.
function Get-Guard([object] $Document) { (Merge-Text $Document.StoreBaseline.Text (Write-Document $Document)).Guards }
# Whether a value in another spelling is no edit.
function Test-Respelled([string] $Baseline, [string] $Edited) {
    (Get-TextGuard $Baseline $Edited) | Should -BeNullOrEmpty
    (Merge-Text "{`"v`":$Baseline}" "{`"v`":$Edited}").Text | Should -BeExactly "{`"v`":$Baseline}"
}
function Get-TextGuard([string] $Baseline, [string] $Edited) { (Merge-Text "{`"v`":$Baseline}" "{`"v`":$Edited}").Guards }

# A web server that answers with given bytes: set Type and Body; Seen has the body of the last request. It uses a socket,
# because HttpListener is not reliable under Wine.
function Start-Server {
    $listener = New-Object Net.Sockets.TcpListener ([Net.IPAddress]::Loopback), 0
    $listener.Start()
    $server = [hashtable]::Synchronized(@{
            Url = "http://127.0.0.1:$($listener.LocalEndpoint.Port)/"; Listener = $listener
            Type = 'application/json'; Body = [byte[]]@(); Seen = ''
        })
    $server.Shell = [powershell]::Create()
    $null = $server.Shell.AddScript({
            param($server)
            # In ISO 8859-1 each byte is one character, so that a StreamReader can count the bytes of a body.
            $bytes = [Text.Encoding]::GetEncoding('iso-8859-1')
            while ($true) {
                # Ends when the listener is stopped.
                try { $connection = $server.Listener.AcceptTcpClient() } catch { return }
                try {
                    $stream = $connection.GetStream()
                    $reader = New-Object IO.StreamReader $stream, $bytes
                    $length = 0
                    while ($line = $reader.ReadLine()) {
                        if ($line -match '^Content-Length: *(\d+)') { $length = [int] $Matches[1] }
                        # Windows PowerShell sends the body only after a 100 Continue.
                        if ($line -match '^Expect: *100') {
                            $continue = $bytes.GetBytes("HTTP/1.1 100 Continue`r`n`r`n")
                            $stream.Write($continue, 0, $continue.Length)
                        }
                    }
                    $body = New-Object char[] $length
                    $null = $reader.ReadBlock($body, 0, $length)
                    $server.Seen = [Text.Encoding]::UTF8.GetString($bytes.GetBytes($body))
                    $answer = $server.Body
                    $head = "HTTP/1.1 200 OK`r`nContent-Type: $($server.Type)`r`nContent-Length: $($answer.Length)`r`nConnection: close`r`n`r`n"
                    $head = $bytes.GetBytes($head)
                    $stream.Write($head, 0, $head.Length)
                    $stream.Write($answer, 0, $answer.Length)
                }
                # A client that hangs up does not end the server.
                catch { }
                finally { $connection.Dispose() }
            }
        }).AddArgument($server).BeginInvoke()
    $server
}
function Stop-Server {
    $server.Listener.Stop()
    $server.Shell.Dispose()
}
function Set-Answer([string] $Json) { $server.Body = [Text.Encoding]::UTF8.GetBytes($Json) }
