import AppleSignIn

let verifier = try AppleTokenVerifier(audiences: ["com.example.app"], keys: AppleKeyStore())
print(verifier.audiences)
