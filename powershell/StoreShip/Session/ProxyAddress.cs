using System;
using System.Management.Automation;
using System.Runtime.InteropServices;
using System.Text;

namespace StoreShip.Session
{
    /// <summary>Adds the proxy of a connection to its configuration, with the credential in the address.</summary>
    internal static class ProxyAddress
    {
        /// <summary>Adds the field <c>proxy</c>.</summary>
        /// <param name="config">The configuration.</param>
        /// <param name="address">The address of the proxy; null without one.</param>
        /// <param name="credential">The user and the password; null without them.</param>
        /// <exception cref="StoreException">
        /// The address has a password, or a user beside a credential, or there is only a credential
        /// (<c>request.invalid</c>).
        /// </exception>
        internal static void Add(ConfigBytes config, string? address, PSCredential? credential)
        {
            if (address == null)
            {
                if (credential != null)
                {
                    throw Refusal("-ProxyCredential is given without -Proxy", "give the address of the proxy as -Proxy");
                }
                return;
            }
            int start = address.IndexOf("://", StringComparison.Ordinal);
            start = start < 0 ? 0 : start + 3;
            int end = address.IndexOfAny(new[] { '/', '?', '#' }, start);
            // A password may hold an at sign, so the last one ends it.
            int at = address.LastIndexOf('@', (end < 0 ? address.Length : end) - 1);
            string user = at < start ? "" : address.Substring(start, at - start);
            if (user.IndexOf(':') >= 0)
            {
                // The address is not in the message: it has the password.
                throw Refusal(
                    "-Proxy contains a password as plain text, which command histories and logs keep",
                    "give the address without user and password, and both as -ProxyCredential (Get-Credential)");
            }
            if (credential == null)
            {
                config.Add("proxy", address);
                return;
            }
            if (user.Length > 0)
            {
                throw Refusal("-Proxy names a user, and -ProxyCredential is given too", "give the address without the user");
            }
            AddSigned(config, start == 0 ? "http://" : address.Substring(0, start), address.Substring(start), credential);
        }

        /// <summary>Whether an address is one of this machine, for which the library uses no proxy.</summary>
        internal static bool IsThisMachine(string? address) =>
            Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri.IsLoopback;

        /// <summary>Adds the address with user and password, percent-encoded, which never are in a string together.</summary>
        private static void AddSigned(ConfigBytes config, string scheme, string host, PSCredential credential)
        {
            IntPtr copy = Marshal.SecureStringToGlobalAllocUnicode(credential.Password);
            char[] characters = new char[credential.Password.Length];
            byte[] password = new byte[Encoding.UTF8.GetMaxByteCount(characters.Length)];
            byte[] whole = new byte[0];
            try
            {
                Marshal.Copy(copy, characters, 0, characters.Length);
                int count = Encoding.UTF8.GetBytes(characters, 0, characters.Length, password, 0);
                byte[] before = Encoding.UTF8.GetBytes(scheme + Uri.EscapeDataString(credential.UserName) + ":");
                byte[] after = Encoding.UTF8.GetBytes("@" + host);
                whole = new byte[before.Length + (3 * count) + after.Length];
                before.CopyTo(whole, 0);
                int length = Encode(password, count, whole, before.Length);
                after.CopyTo(whole, length);
                config.AddSecret("proxy", whole, length + after.Length);
            }
            finally
            {
                Array.Clear(characters, 0, characters.Length);
                Array.Clear(password, 0, password.Length);
                Array.Clear(whole, 0, whole.Length);
                Marshal.ZeroFreeGlobalAllocUnicode(copy);
            }
        }

        /// <summary>Percent-encodes all bytes but letters and digits, and returns the position after them.</summary>
        private static int Encode(byte[] bytes, int count, byte[] target, int at)
        {
            const string Digits = "0123456789ABCDEF";
            for (int i = 0; i < count; i++)
            {
                byte value = bytes[i];
                if ((value >= '0' && value <= '9') || (value >= 'A' && value <= 'Z') || (value >= 'a' && value <= 'z'))
                {
                    target[at++] = value;
                    continue;
                }
                target[at++] = (byte)'%';
                target[at++] = (byte)Digits[value >> 4];
                target[at++] = (byte)Digits[value & 15];
            }
            return at;
        }

        private static StoreException Refusal(string message, string hint) =>
            new StoreException(StoreStatus.Invalid, "request.invalid", message, hint);
    }
}
