//! The programs of the pages in C# and Python, as they stand there: each is compiled, so that no page has a wrong name.
//! `c.rs` and `java.rs` have those in C and Java.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::powershell::alone;
use crate::tools::{ensure, failed, find, library, root, run};
use crate::{Outcome, Problem};

/// A block of code of a page.
pub(crate) struct Block {
    pub(crate) text: String,
    /// Page and number of the block, for messages.
    pub(crate) place: String,
}

/// The blocks in a language of README.md, docs and the pages that are in packages.
pub(crate) fn blocks(language: &str) -> Result<Vec<Block>, Problem> {
    let mut pages: Vec<_> =
        ["README.md", "powershell/StoreShip.Client/README.md", "python/README.md"].map(|page| root().join(page)).into();
    for entry in fs::read_dir(root().join("docs")).map_err(failed)? {
        pages.push(entry.map_err(failed)?.path());
    }
    pages.sort();
    let mut found = Vec::new();
    for page in pages.iter().filter(|page| page.extension().is_some_and(|extension| extension == "md")) {
        let text = fs::read_to_string(page).map_err(failed)?.replace("\r\n", "\n");
        let name = page.strip_prefix(root()).unwrap_or(page).display();
        for (number, rest) in text.split(&format!("\n```{language}\n")).skip(1).enumerate() {
            let block = rest.split("\n```").next().unwrap_or_default();
            found.push(Block { text: block.to_owned(), place: format!("{name}, block {}", number + 1) });
        }
    }
    Ok(found)
}

/// The command without what gives a client a credential.
pub(crate) fn without_credential(command: &mut Command) -> &mut Command {
    for name in ["AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_FEDERATED_TOKEN_FILE"] {
        command.env_remove(name);
    }
    for name in ["ACTIONS_ID_TOKEN_REQUEST_URL", "SYSTEM_OIDCREQUESTURI"] {
        command.env_remove(name);
    }
    command
}

/// Compiles all blocks in C#, and the names in the table of docs/csharp.md.
pub(crate) fn csharp() -> Outcome {
    let dotnet = find("dotnet")?;
    let blocks = blocks("csharp")?;
    ensure(blocks.len() > 1, "the pages have no programs in C#")?;
    let mut code = String::from(
        "using System;\nusing System.Threading;\nusing System.Threading.Tasks;\nusing StoreShip;\n\
         using StoreShip.Results;\n\ninternal static class Pages\n{\n",
    );
    for (number, block) in blocks.iter().enumerate() {
        // The file has these already.
        let body: Vec<&str> = block.text.lines().filter(|line| *line != "using StoreShip;").collect();
        write!(
            code,
            "    // {}\n    internal static async Task Block{number}(string requestJson, IProgress<StoreEvent> progress, \
             CancellationToken cancellationToken)\n    {{\n{}\n        await Task.Yield();\n    }}\n\n",
            block.place,
            body.join("\n")
        )
        .map_err(failed)?;
    }
    writeln!(code, "    internal static readonly string[] Names =\n    {{").map_err(failed)?;
    for name in names()? {
        writeln!(code, "        nameof({name}),").map_err(failed)?;
    }
    code += "    };\n}\n";

    let folder = tempfile::tempdir().map_err(failed)?;
    let client = root().join("powershell/StoreShip.Client/StoreShip.Client.csproj");
    let project = format!(
        "<Project Sdk=\"Microsoft.NET.Sdk\">\n  <PropertyGroup>\n    \
         <TargetFramework>net$(BundledNETCoreAppTargetFrameworkVersion)</TargetFramework>\n    <Nullable>enable</Nullable>\n  \
         </PropertyGroup>\n  <ItemGroup>\n    <ProjectReference Include=\"{}\" />\n  </ItemGroup>\n</Project>\n",
        client.display()
    );
    fs::write(folder.path().join("Pages.csproj"), project).map_err(failed)?;
    fs::write(folder.path().join("Pages.cs"), code).map_err(failed)?;
    let mut build = Command::new(dotnet);
    build.args(["build", "-c", "Release", "-nologo", "-v", "quiet"]).arg(folder.path());
    run(&mut alone(build)).map(drop)
}

/// The first cells of the table of members in docs/csharp.md, and the properties of the exception in the second ones.
fn names() -> Result<BTreeSet<String>, Problem> {
    let page = fs::read_to_string(root().join("docs/csharp.md")).map_err(failed)?.replace("\r\n", "\n");
    let rows = page.split("| member |").nth(1).and_then(|rest| rest.split("\n\n").next());
    let mut found = BTreeSet::new();
    for row in rows.unwrap_or_default().lines().filter(|row| row.starts_with("| `")) {
        let mut cells = row.split(" | ");
        let first = cells.next().unwrap_or_default();
        for name in first.split('`').skip(1).step_by(2) {
            let whole = name.contains('.') || name.ends_with("Exception");
            found.insert(if whole { name.to_owned() } else { format!("StoreClient.{name}") });
        }
        if first.contains("StoreException") {
            let members = cells.next().unwrap_or_default().split('`').skip(1).step_by(2);
            found.extend(members.map(|name| format!("StoreException.{name}")));
        }
    }
    ensure(found.len() > 8, format!("the table of docs/csharp.md has other rows: {found:?}"))?;
    Ok(found)
}

/// Runs the blocks in Python. Without a credential each ends with the error.
pub(crate) fn python() -> Outcome {
    let python = find("python3")?;
    let blocks = blocks("python")?;
    ensure(!blocks.is_empty(), "no page has a program in Python")?;
    for block in blocks {
        let mut command = Command::new(&python);
        command.args(["-c", &block.text]).env("STORESHIP_LIBRARY", library());
        command.env("PYTHONPATH", root().join("python")).env("PYTHONDONTWRITEBYTECODE", "1");
        let (_, output) = crate::tools::finish(without_credential(&mut command))?;
        let failed_so = output.contains("StoreShipError") && output.contains("auth.no_credential");
        ensure(failed_so, format!("{}\n{output}", block.place))?;
    }
    Ok(())
}

/// The programs in C, each in a file of the folder.
pub(crate) fn c(folder: &Path) -> Result<Vec<String>, Problem> {
    let blocks = blocks("c")?;
    ensure(!blocks.is_empty(), "no page has a program in C")?;
    let mut sources = Vec::new();
    for (number, block) in blocks.iter().enumerate() {
        let source = folder.join(format!("page{number}.c"));
        fs::write(&source, &block.text).map_err(failed)?;
        sources.push(source.to_string_lossy().into_owned());
    }
    Ok(sources)
}
