#!/usr/bin/env bash
# Builds and publishes a program of a user with the NuGet package out of a folder of packages, and makes releases with it:
#
#     tests/packages/csharp.sh FOLDER FRAMEWORK [OPTIONS OF dotnet publish]
#
# Without a FRAMEWORK it is that of the SDK, and then no other package is needed: RestoreSources may name a feed without any.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dist=$(cd "$1" && pwd) framework=${2:-} options=${3:-}
work=${WORK:-$(mktemp -d)}
case $(uname -s) in
    Linux) rid=linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/') archive=.tar.gz ;;
    Darwin) rid=osx-$(uname -m | sed 's/x86_64/x64/') archive=.tar.gz ;;
    *) rid=win-x64 archive=.zip ;;
esac
exe= && [ "$archive" = .tar.gz ] || exe=.exe
python=python3 && command -v python3 >/dev/null || python=python

mkdir -p "$work/feed" "$work/App"
cp "$dist"/StoreShip.Client.*.nupkg "$work/feed"
version=$(basename "$work"/feed/*.nupkg .nupkg) && version=${version#StoreShip.Client.}
(cd "$work" && "$python" - "$dist" <<'PYTHON'
import glob, shutil, sys
shutil.unpack_archive(glob.glob(sys.argv[1] + "/storeship-emulator-*")[0], ".")
PYTHON
)
emulator=$(echo "$work"/storeship-emulator-*/storeship-emulator$exe)
chmod +x "$emulator"
on_emulator() { "$python" "$here/on_emulator.py" "$emulator" "$@" {config} {app} {package}; }

# No cache of an earlier package of the same version.
export NUGET_PACKAGES=$work/cache UseSharedCompilation=false MSBUILDDISABLENODEREUSE=1
cat >"$work/App/App.csproj" <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>${framework:-net\$(BundledNETCoreAppTargetFrameworkVersion)}</TargetFramework>
    <LangVersion>latest</LangVersion>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
    <RestoreAdditionalProjectSources>$work/feed</RestoreAdditionalProjectSources>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="StoreShip.Client" Version="$version" />
  </ItemGroup>
</Project>
PROJECT
cp "$here/csharp/Program.cs" "$work/App"

dotnet build "$work/App" -c Release -nologo -v quiet -o "$work/built"
if [ "$framework" = net472 ]; then
    on_emulator "$work/built/App$exe"
    exit
fi
on_emulator dotnet "$work/built/App.dll"
if [ -n "$options" ]; then
    # shellcheck disable=SC2086 # several options
    dotnet publish "$work/App" -c Release -nologo -v quiet -r "$rid" $options -o "$work/published"
    on_emulator "$work/published/App$exe"
    exit
fi
dotnet publish "$work/App" -c Release -nologo -v quiet -r "$rid" --self-contained false -p:PublishSingleFile=true \
    -p:IncludeNativeLibrariesForSelfExtract=true -p:EnableSingleFileAnalyzer=false -o "$work/published"
# The one file alone, elsewhere.
mkdir "$work/single" && cp "$work/published/App$exe" "$work/single"
DOTNET_BUNDLE_EXTRACT_BASE_DIR=$work/unpacked on_emulator "$work/single/App$exe"
