using System;
using System.Runtime.InteropServices;
using System.Security;
using System.Text;
using StoreShip.Json;

namespace StoreShip.Session
{
    /// <summary>
    /// Builds the JSON configuration of a client as UTF-8 bytes. Secrets are copied from a SecureString to the bytes
    /// without an intermediate .NET string, and every buffer is zeroed after use.
    /// </summary>
    internal sealed class ConfigBytes : IDisposable
    {
        private byte[] buffer = new byte[512];
        private int length;
        private bool first = true;

        internal ConfigBytes() => Append((byte)'{');

        /// <summary>Adds a field, unless its value is null.</summary>
        internal void Add(string name, string? value)
        {
            AddRaw(name, value == null ? null : JsonText.Quote(value));
        }

        /// <summary>Adds a field whose value is JSON text; null adds nothing.</summary>
        internal void AddRaw(string name, string? json)
        {
            if (json == null)
            {
                return;
            }
            Name(name);
            AppendText(json);
        }

        /// <summary>Begins a nested object.</summary>
        internal void Open(string name)
        {
            Name(name);
            Append((byte)'{');
            first = true;
        }

        /// <summary>Ends a nested object.</summary>
        internal void Close()
        {
            Append((byte)'}');
            first = false;
        }

        /// <summary>Adds a field whose value is a secret.</summary>
        internal void AddSecret(string name, SecureString secret)
        {
            IntPtr copy = Marshal.SecureStringToGlobalAllocUnicode(secret);
            char[] characters = new char[secret.Length];
            byte[] bytes = new byte[Encoding.UTF8.GetMaxByteCount(characters.Length)];
            try
            {
                Marshal.Copy(copy, characters, 0, characters.Length);
                int count = Encoding.UTF8.GetBytes(characters, 0, characters.Length, bytes, 0);
                AddSecret(name, bytes, count);
            }
            finally
            {
                Array.Clear(characters, 0, characters.Length);
                Array.Clear(bytes, 0, bytes.Length);
                Marshal.ZeroFreeGlobalAllocUnicode(copy);
            }
        }

        /// <summary>Adds a field whose value is a secret in UTF-8.</summary>
        internal void AddSecret(string name, byte[] bytes, int count)
        {
            Name(name);
            Append((byte)'"');
            for (int i = 0; i < count; i++)
            {
                if (bytes[i] < 0x20 || bytes[i] == '"' || bytes[i] == '\\')
                {
                    Append((byte)'\\');
                    Append((byte)'u');
                    Append((byte)'0');
                    Append((byte)'0');
                    Append((byte)"0123456789abcdef"[bytes[i] >> 4]);
                    Append((byte)"0123456789abcdef"[bytes[i] & 15]);
                }
                else
                {
                    Append(bytes[i]);
                }
            }
            Append((byte)'"');
        }

        /// <summary>Closes the outer object and opens a client with the configuration.</summary>
        internal StoreClient OpenClient()
        {
            Append((byte)'}');
            byte[] exact = new byte[length];
            try
            {
                Array.Copy(buffer, exact, length);
                return StoreClient.Open(exact);
            }
            finally
            {
                Array.Clear(exact, 0, exact.Length);
            }
        }

        /// <summary>Zeroes the buffer.</summary>
        public void Dispose() => Array.Clear(buffer, 0, buffer.Length);

        private void Name(string name)
        {
            if (!first)
            {
                Append((byte)',');
            }
            first = false;
            AppendText(JsonText.Quote(name));
            Append((byte)':');
        }

        private void AppendText(string text)
        {
            foreach (byte value in Encoding.UTF8.GetBytes(text))
            {
                Append(value);
            }
        }

        private void Append(byte value)
        {
            if (length == buffer.Length)
            {
                byte[] larger = new byte[buffer.Length * 2];
                Array.Copy(buffer, larger, length);
                Array.Clear(buffer, 0, buffer.Length);
                buffer = larger;
            }
            buffer[length++] = value;
        }
    }
}
