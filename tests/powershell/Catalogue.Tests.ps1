# The catalogue of JSON damage: sections A to I are in the files Catalogue-*.Tests.ps1, with one case for each row, named
# by its id. This file checks that no row is missing. Rows whose damage happens only in Windows PowerShell 5.1 or in
# another tool are listed here as not run.
BeforeDiscovery {
    $rows = @{ A = 7; B = 11; C = 12; D = 15; E = 16; F = 11; G = 10; H = 7; I = 9 }
    $notRun = @(
        @{ Id = 'B6'; Needs = 'Windows PowerShell 5.1' }
        @{ Id = 'C10'; Needs = 'Windows PowerShell 5.1' }
        @{ Id = 'D8'; Needs = 'Windows PowerShell 5.1' }
        @{ Id = 'E5'; Needs = 'Windows PowerShell 5.1' }
        @{ Id = 'F1'; Needs = 'Windows PowerShell 5.1' }
        @{ Id = 'G1'; Needs = 'Windows PowerShell 5.1' }
        @{ Id = 'G2'; Needs = 'Windows PowerShell 5.1' }
        @{ Id = 'G5'; Needs = 'Windows PowerShell 5.1' }
        @{ Id = 'G6'; Needs = 'Windows PowerShell 5.1' }
        @{ Id = 'G7'; Needs = 'Windows PowerShell 5.1' }
        @{ Id = 'G8'; Needs = 'Windows PowerShell 5.1' }
        @{ Id = 'I7'; Needs = 'msstore-cli' }
    )
    $sections = @($rows.Keys | Sort-Object | ForEach-Object { @{ Section = $_; Rows = $rows[$_]; NotRun = $notRun } })
}

Describe 'the rows' {
    It 'of section <Section> are cases, or listed as not run' -ForEach $sections {
        $file = Get-ChildItem $PSScriptRoot -Filter "Catalogue-$Section-*.Tests.ps1"
        $cases = [regex]::Matches([IO.File]::ReadAllText($file.FullName), "(?m)^ +It '($Section\d+) ") | ForEach-Object { $_.Groups[1].Value }
        @($cases | Select-Object -Unique).Count | Should -Be @($cases).Count
        $listed = @($cases) + @($NotRun.Id | Where-Object { $_ -clike "$Section*" })
        foreach ($n in 1..$Rows) { $listed | Should -Contain "$Section$n" }
        @($listed | Select-Object -Unique).Count | Should -Be $Rows
    }
}

Describe 'rows that this machine cannot run' {
    # These rows are skipped.
    It '<Id> with the built-in cmdlets' -ForEach $notRun {
        Write-Host "not run: ${Id}: needs $Needs"
        Set-ItResult -Inconclusive -Because "it needs $Needs"
    }
}
