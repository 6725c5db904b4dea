# The proxy of a connection, and its password.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $token = @{ AccessToken = ConvertTo-SecureString 'x.y.z' -AsPlainText -Force; ServiceUrl = 'https://store.example/v1.0/my/'; NoSignIn = $true; RetryTimeoutSeconds = 0 }
    $Password = 'p@ss:w/rd%' + [char]0xF6 + '~' + [char]0x20AC

    function New-Credential([string] $User) { New-Object pscredential $User, (ConvertTo-SecureString $Password -AsPlainText -Force) }

    # Runs Get-StoreApp through a proxy that refuses, and returns the lines of its request.
    function Get-ProxyRequest([hashtable] $Settings) {
        $listener = New-Object System.Net.Sockets.TcpListener ([Net.IPAddress]::Loopback), 0
        $listener.Start()
        $shell = [powershell]::Create()
        try {
            $connection = Connect-Store @token -Proxy "http://127.0.0.1:$($listener.LocalEndpoint.Port)" @Settings
            $null = $shell.AddScript('param($module, $connection) Import-Module $module; Get-StoreApp -Connection $connection').
            AddArgument((Get-Module StoreShip).ModuleBase).AddArgument($connection)
            $running = $shell.BeginInvoke()
            $client = $listener.AcceptTcpClient()
            $reader = New-Object IO.StreamReader $client.GetStream()
            while ($line = $reader.ReadLine()) { $line }
            $answer = [Text.Encoding]::ASCII.GetBytes("HTTP/1.1 407 no`r`nContent-Length: 0`r`n`r`n")
            $client.GetStream().Write($answer, 0, $answer.Length)
            $client.Close()
            try { $null = $shell.EndInvoke($running) } catch { }
        }
        finally {
            $listener.Stop()
            $shell.Dispose()
            Disconnect-Store
        }
    }
}

Describe 'Connect-Store -ProxyCredential' {
    It 'signs in at the proxy as <User>' -ForEach @(@{ User = 'jane' }, @{ User = 'CORP\jane' }, @{ User = 'jane@corp.example' }) {
        $lines = Get-ProxyRequest @{ ProxyCredential = New-Credential $User }
        $lines[0] | Should -BeExactly 'CONNECT store.example:443 HTTP/1.1'
        $sent = ($lines | Where-Object { $_ -match '^proxy-authorization: Basic ' }) -replace '^.*Basic '
        [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($sent)) | Should -BeExactly "${User}:$Password"
    }

    It 'is not needed' {
        $lines = Get-ProxyRequest @{}
        $lines[0] | Should -BeExactly 'CONNECT store.example:443 HTTP/1.1'
        $lines | Where-Object { $_ -match '^proxy-authorization' } | Should -BeNullOrEmpty
    }

    It 'is not shown' {
        $connection = Connect-Store @token -Proxy 'http://127.0.0.1:9' -ProxyCredential (New-Credential 'jane') -Verbose 4>&1
        $failure = Get-Failure { Get-StoreApp }
        $shown = ($connection | Format-List * -Force | Out-String) + ($failure | Format-List * -Force | Out-String) + $failure.Exception.ResponseJson
        foreach ($form in $Password, [Uri]::EscapeDataString($Password)) { $shown.Contains($form) | Should -BeFalse }
        Disconnect-Store
    }

    It 'is refused <Name>' -ForEach @(
        @{ Name = 'without -Proxy'; Settings = @{}; Message = '*without -Proxy' }
        @{ Name = 'beside a user in the address'; Settings = @{ Proxy = 'http://jane@proxy:8080' }; Message = '*names a user*' }
        @{ Name = 'beside a password in the address'; Settings = @{ Proxy = 'http://jane:secret@proxy:8080' }; Message = '*as plain text*' }
    ) {
        $failure = Get-Failure { Connect-Store @token @Settings -ProxyCredential (New-Credential 'jane') }
        $failure.FullyQualifiedErrorId | Should -BeLike 'request.invalid,*'
        "$failure" | Should -BeLike $Message
    }
}

Describe 'Connect-Store -Proxy' {
    It 'warns once that addresses of this machine do not go through it: <_>' -ForEach 'http://127.0.0.1:9/v1.0/my/', 'https://localhost:9/v1.0/my/', 'http://[::1]:9/v1.0/my/' {
        $null = Connect-Store @token -ServiceUrl $_ -Proxy 'http://127.0.0.1:9' -WarningVariable warnings 3> $null
        $warnings | Should -HaveCount 1
        "$warnings" | Should -BeExactly "-Proxy is not used for ${_}: addresses of this machine (localhost, 127.0.0.1) never go through a proxy"
    }

    It 'does not warn where it is used' {
        $null = Connect-Store @token -Proxy 'http://127.0.0.1:9' -WarningVariable warnings
        $warnings | Should -BeNullOrEmpty
        Disconnect-Store
    }
}

Describe 'a proxy of the environment' {
    BeforeAll {
        $names = 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy', 'NO_PROXY', 'no_proxy'
        $saved = @{}
        foreach ($name in $names) { $saved[$name] = [Environment]::GetEnvironmentVariable($name) }

        # The proxies of a connection, after a script has set variables.
        function Get-Route([hashtable] $Variables, [hashtable] $Settings = @{}) {
            foreach ($name in $names) { [Environment]::SetEnvironmentVariable($name, $Variables[$name]) }
            $null = Connect-Store @token @Settings
            $check = Test-Store -TimeoutSeconds 10 | Where-Object Check -EQ 'Proxy'
            Disconnect-Store
            $check
        }
    }
    AfterAll { foreach ($name in $names) { [Environment]::SetEnvironmentVariable($name, $saved[$name]) } }

    It 'is shown by Test-Store, with the hosts that are reached without it, and without its password' {
        $check = Get-Route @{ HTTPS_PROXY = 'http://jane:secret@127.0.0.1:9'; NO_PROXY = 'blob.core.windows.net' }
        $check.Result | Should -BeExactly 'Passed'
        $check.Message | Should -BeExactly 'http://127.0.0.1:9 (HTTPS_PROXY) for store.example, login.microsoftonline.com; no proxy (NO_PROXY) for .blob.core.windows.net'
    }

    It 'gives way to -Proxy' {
        $check = Get-Route @{ HTTPS_PROXY = 'http://127.0.0.1:9' } @{ Proxy = 'http://127.0.0.1:7'; ProxyCredential = New-Credential 'CORP\jane' }
        $check.Message | Should -BeLike 'http://127.0.0.1:7 (proxy) for store.example, *'
    }

    # The settings of Windows may have one.
    It 'is not shown where there is none' { Get-Route @{ NO_PROXY = '*' } | Should -BeNullOrEmpty }

    # Only where no user has to live with settings that a run leaves behind when it is ended.
    It 'comes from the settings of Windows, and a script there is told' -Skip:($env:OS -ne 'Windows_NT' -or -not ($env:CI -or (Test-Path 'HKCU:\Software\Wine'))) {
        $key = 'HKCU:\Software\Microsoft\Windows\CurrentVersion\Internet Settings'
        $values = 'ProxyEnable', 'ProxyServer', 'ProxyOverride', 'AutoConfigURL'
        $before = Get-ItemProperty $key
        try {
            Remove-ItemProperty $key -Name $values -ErrorAction Ignore
            Set-ItemProperty $key AutoConfigURL 'http://wpad.corp.example/proxy.pac'
            (Get-Route @{}).Message | Should -BeLike 'no proxy (the proxy settings of Windows name a script, which is not read; set -Proxy) for store.example, *'
            Set-ItemProperty $key ProxyEnable 1 -Type DWord
            Set-ItemProperty $key ProxyServer '127.0.0.1:9'
            Set-ItemProperty $key ProxyOverride '*.microsoftonline.com'
            (Get-Route @{}).Message | Should -BeLike ('http://127.0.0.1:9 (the proxy settings of Windows) for store.example, *; ' +
                'no proxy (the exceptions in the proxy settings of Windows) for login.microsoftonline.com')
        }
        finally {
            Remove-ItemProperty $key -Name $values -ErrorAction Ignore
            foreach ($name in $values) {
                if ($null -ne $before.$name) { Set-ItemProperty $key $name $before.$name }
            }
        }
    }

    It 'is refused when it can not be used' {
        foreach ($name in $names) { [Environment]::SetEnvironmentVariable($name, $null) }
        $env:HTTPS_PROXY = 'socks5://127.0.0.1:9'
        $failure = Get-Failure { Connect-Store @token }
        $failure.FullyQualifiedErrorId | Should -BeLike 'config.invalid,*'
        "$failure" | Should -BeLike '*HTTPS_PROXY*'
    }
}

Describe 'Connect-Store -Proxy' {
    It 'refuses a password as plain text, and does not repeat it: <_>' -ForEach @(
        'http://jane:secret@proxy:8080', 'jane:secret@proxy:8080', 'http://jane:se@cret@proxy:8080/', 'http://:secret@proxy'
    ) {
        $failure = Get-Failure { Connect-Store @token -Proxy $_ }
        $failure.FullyQualifiedErrorId | Should -BeLike 'request.invalid,*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-ProxyCredential*'
        ($failure | Format-List * | Out-String) -replace 'Connect-Store @token.*' | Should -Not -Match 'se@?cret'
    }
}
