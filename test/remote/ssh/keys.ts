import ssh2 from 'ssh2'

/** A key pair in the formats of ssh-keygen; `passphrase` encrypts the private half. */
export function ed25519Pair(passphrase: string | null = null): {
  readonly private: string
  readonly public: string
} {
  for (;;) {
    const pair =
      passphrase === null
        ? ssh2.utils.generateKeyPairSync('ed25519')
        : ssh2.utils.generateKeyPairSync('ed25519', { passphrase, cipher: 'aes256-ctr', rounds: 1 })
    // ssh2 1.17 drops a leading zero byte of a key that it makes, 3 times in 1000; such a key is none.
    if (!(ssh2.utils.parseKey(pair.private, passphrase ?? undefined) instanceof Error)) return pair
  }
}
