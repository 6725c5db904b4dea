set -e
# Makes the files of this folder from the key and the certificates beside it: sh make.sh
cd "$(dirname "$0")"
password='Pf+x/ p~w1'
pfx() {
    out=$1 pass=$2
    shift 2
    openssl pkcs12 -export -inkey ../key.pem -in ../cert.pem -certfile ../authority.pem -passout "pass:$pass" -out "$out" "$@"
}
# OpenSSL 3; the algorithms of Export-PfxCertificate with AES256_SHA256 and with TripleDES_SHA1 (made by OpenSSL, not by
# Windows); `openssl pkcs12 -export -legacy`.
pfx openssl3.pfx "$password"
pfx windows.pfx "$password" -keypbe AES-256-CBC -certpbe AES-256-CBC -macalg sha256 -iter 2000
pfx windows-3des.pfx "$password" -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1 -iter 2000
pfx legacy.pfx "$password" -legacy
pfx rc2-128.pfx "$password" -legacy -certpbe PBE-SHA1-RC2-128 -keypbe PBE-SHA1-2DES
pfx aes128.pfx "$password" -keypbe AES-128-CBC -certpbe AES-192-CBC -macalg sha512
pfx empty.pfx '' -iter 1
pfx plain.pfx '' -keypbe NONE -certpbe NONE -nomac
pfx fast.pfx "$password" -iter 1
pfx nomac.pfx "$password" -iter 1 -nomac
openssl pkcs12 -export -nokeys -in ../cert.pem -passout "pass:$password" -iter 1 -out nokey.pfx
openssl pkcs8 -topk8 -in ../key.pem -passout "pass:$password" -out key-aes.pem
openssl pkcs8 -topk8 -in ../key.pem -passout "pass:$password" -v1 PBE-SHA1-3DES -out key-3des.pem
openssl rsa -aes128 -in ../key.pem -traditional -passout "pass:$password" -out key-old.pem
# dotnet.pfx and absent.pfx (a null password, which is not an empty one) are made by .NET on Linux:
#   $c = [Security.Cryptography.X509Certificates.X509Certificate2]::new("$PWD/fast.pfx", $password, 'Exportable')
#   [IO.File]::WriteAllBytes("$PWD/dotnet.pfx", $c.Export('Pfx', $password))
#   [IO.File]::WriteAllBytes("$PWD/absent.pfx", $c.Export('Pfx', [NullString]::Value))
