#!/usr/bin/env bash
# Builds and publishes a program of a user with the NuGet package out of a folder of packages, and makes releases with it:
#
#     tests/packages/csharp.sh FOLDER FRAMEWORK [OPTIONS OF dotnet publish]
#
# Without a FRAMEWORK it is that of the SDK, and then no other package is needed: RestoreSources may name a feed without any.
set -euo pipefail
# A path as the programs of Windows understand it too.
native() { if command -v cygpath >/dev/null; then cygpath -m "$1"; else echo "$1"; fi; }
here=$(native "$(cd "$(dirname "$0")" && pwd)")
dist=$(native "$(cd "$1" && pwd)") framework=${2:-} options=${3:-}
work=$(native "${WORK:-$(mktemp -d)}")
machine=$(uname -m | sed 's/arm64/aarch64/') archive=.tar.gz
case $(uname -s) in
    Linux) rid=linux target=$machine-unknown-linux-gnu ;;
    Darwin) rid=osx target=$machine-apple-darwin ;;
    # Made by Visual C++, or on Linux by mingw-w64. The shell may run as a program of another processor.
    *) [ "${PROCESSOR_ARCHITEW6432:-${PROCESSOR_ARCHITECTURE:-}}" = ARM64 ] && machine=aarch64 || machine=x86_64
        rid=win target=$machine-pc-windows-* archive=.zip ;;
esac
rid=$rid-$(echo "$machine" | sed 's/x86_64/x64/; s/aarch64/arm64/')
exe= && [ "$archive" = .tar.gz ] || exe=.exe
python=python3 && command -v python3 >/dev/null || python=python

mkdir -p "$work/feed" "$work/App"
cp "$dist"/StoreShip.Client.*.nupkg "$work/feed"
version=$(basename "$work"/feed/*.nupkg .nupkg) && version=${version#StoreShip.Client.}
(cd "$work" && "$python" - "$dist/storeship-emulator-*-$target$archive" <<'PYTHON'
import glob, shutil, sys
[emulator] = glob.glob(sys.argv[1])
shutil.unpack_archive(emulator, ".")
PYTHON
)
emulator=$(echo "$work"/storeship-emulator-*/storeship-emulator$exe)
chmod +x "$emulator"
on_emulator() { "$python" "$here/on_emulator.py" "$emulator" "$@" {config} {app} {package}; }

# A program for .NET Framework gets the libraries of Windows, which need not be in this package, where the client looks for them.
"$python" -m zipfile -e "$work/feed/StoreShip.Client.$version.nupkg" "$work/package"
echo '<Project><Import Project="build/net472/StoreShip.Client.targets" /></Project>' >"$work/package/links.proj"
for processor in x64 arm64; do
    mkdir -p "$work/package/runtimes/win-$processor/native"
    touch "$work/package/runtimes/win-$processor/native/storeship.dll"
done
links=$(dotnet msbuild "$work/package/links.proj" -nologo -getItem:None)
for processor in x64 arm64; do
    grep -qF "\"Link\": \"runtimes/win-$processor/native/storeship.dll\"" <<<"$links" || { echo "win-$processor: $links" >&2; exit 1; }
done
# They are for 64-bit processes, and a program that asks for another is told so when it is built.
for asked in PlatformTarget=x86 Prefer32Bit=true PlatformTarget=AnyCPU "PlatformTarget=x64;Prefer32Bit=true"; do
    said=$(dotnet msbuild "$work/package/links.proj" -nologo -t:StoreShipCheckProcessor "-p:OutputType=Exe;$asked")
    warned=no && [[ $said != *'warning STORESHIP001'* ]] || warned=yes
    expected=yes && [[ $asked != *AnyCPU && $asked != *x64* ]] || expected=no
    [ $warned = $expected ] || { echo "$asked: $said" >&2; exit 1; }
done

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
