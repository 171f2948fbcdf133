import EnvSchema
import FoundationEssentials

/// A service of forty variables of eight types.
struct FortyVariables: EnvSchema {
    @Env("SERVICE_SETTING_1", help: "Setting 1") var setting1: Int = 8080
    @Env("SERVICE_SETTING_2", help: "Setting 2") var setting2: String
    @Env("SERVICE_SETTING_3", help: "Setting 3") var setting3: Bool = false
    @Env("SERVICE_SETTING_4", help: "Setting 4") var setting4: Secret<String>
    @Env("SERVICE_SETTING_5", help: "Setting 5") var setting5: URL
    @Env("SERVICE_SETTING_6", help: "Setting 6") var setting6: Duration
    @Env("SERVICE_SETTING_7", help: "Setting 7") var setting7: Double = 0.5
    @Env("SERVICE_SETTING_8", help: "Setting 8") var setting8: [String]
    @Env("SERVICE_SETTING_9", help: "Setting 9") var setting9: Int = 8080
    @Env("SERVICE_SETTING_10", help: "Setting 10") var setting10: String
    @Env("SERVICE_SETTING_11", help: "Setting 11") var setting11: Bool = false
    @Env("SERVICE_SETTING_12", help: "Setting 12") var setting12: Secret<String>
    @Env("SERVICE_SETTING_13", help: "Setting 13") var setting13: URL
    @Env("SERVICE_SETTING_14", help: "Setting 14") var setting14: Duration
    @Env("SERVICE_SETTING_15", help: "Setting 15") var setting15: Double = 0.5
    @Env("SERVICE_SETTING_16", help: "Setting 16") var setting16: [String]
    @Env("SERVICE_SETTING_17", help: "Setting 17") var setting17: Int = 8080
    @Env("SERVICE_SETTING_18", help: "Setting 18") var setting18: String
    @Env("SERVICE_SETTING_19", help: "Setting 19") var setting19: Bool = false
    @Env("SERVICE_SETTING_20", help: "Setting 20") var setting20: Secret<String>
    @Env("SERVICE_SETTING_21", help: "Setting 21") var setting21: URL
    @Env("SERVICE_SETTING_22", help: "Setting 22") var setting22: Duration
    @Env("SERVICE_SETTING_23", help: "Setting 23") var setting23: Double = 0.5
    @Env("SERVICE_SETTING_24", help: "Setting 24") var setting24: [String]
    @Env("SERVICE_SETTING_25", help: "Setting 25") var setting25: Int = 8080
    @Env("SERVICE_SETTING_26", help: "Setting 26") var setting26: String
    @Env("SERVICE_SETTING_27", help: "Setting 27") var setting27: Bool = false
    @Env("SERVICE_SETTING_28", help: "Setting 28") var setting28: Secret<String>
    @Env("SERVICE_SETTING_29", help: "Setting 29") var setting29: URL
    @Env("SERVICE_SETTING_30", help: "Setting 30") var setting30: Duration
    @Env("SERVICE_SETTING_31", help: "Setting 31") var setting31: Double = 0.5
    @Env("SERVICE_SETTING_32", help: "Setting 32") var setting32: [String]
    @Env("SERVICE_SETTING_33", help: "Setting 33") var setting33: Int = 8080
    @Env("SERVICE_SETTING_34", help: "Setting 34") var setting34: String
    @Env("SERVICE_SETTING_35", help: "Setting 35") var setting35: Bool = false
    @Env("SERVICE_SETTING_36", help: "Setting 36") var setting36: Secret<String>
    @Env("SERVICE_SETTING_37", help: "Setting 37") var setting37: URL
    @Env("SERVICE_SETTING_38", help: "Setting 38") var setting38: Duration
    @Env("SERVICE_SETTING_39", help: "Setting 39") var setting39: Double = 0.5
    @Env("SERVICE_SETTING_40", help: "Setting 40") var setting40: [String]

    static let environment = [
        "SERVICE_SETTING_1": "8080",
        "SERVICE_SETTING_2": "eu-west-1",
        "SERVICE_SETTING_3": "true",
        "SERVICE_SETTING_4": "q7Rk2Vw9Zt4Lm8Xc3Bn6Hj1Fd5Gs0P03",
        "SERVICE_SETTING_5": "https://api.example.com/v1",
        "SERVICE_SETTING_6": "30s",
        "SERVICE_SETTING_7": "0.25",
        "SERVICE_SETTING_8": "a,b,c",
        "SERVICE_SETTING_9": "8080",
        "SERVICE_SETTING_10": "eu-west-1",
        "SERVICE_SETTING_11": "true",
        "SERVICE_SETTING_12": "q7Rk2Vw9Zt4Lm8Xc3Bn6Hj1Fd5Gs0P11",
        "SERVICE_SETTING_13": "https://api.example.com/v1",
        "SERVICE_SETTING_14": "30s",
        "SERVICE_SETTING_15": "0.25",
        "SERVICE_SETTING_16": "a,b,c",
        "SERVICE_SETTING_17": "8080",
        "SERVICE_SETTING_18": "eu-west-1",
        "SERVICE_SETTING_19": "true",
        "SERVICE_SETTING_20": "q7Rk2Vw9Zt4Lm8Xc3Bn6Hj1Fd5Gs0P19",
        "SERVICE_SETTING_21": "https://api.example.com/v1",
        "SERVICE_SETTING_22": "30s",
        "SERVICE_SETTING_23": "0.25",
        "SERVICE_SETTING_24": "a,b,c",
        "SERVICE_SETTING_25": "8080",
        "SERVICE_SETTING_26": "eu-west-1",
        "SERVICE_SETTING_27": "true",
        "SERVICE_SETTING_28": "q7Rk2Vw9Zt4Lm8Xc3Bn6Hj1Fd5Gs0P27",
        "SERVICE_SETTING_29": "https://api.example.com/v1",
        "SERVICE_SETTING_30": "30s",
        "SERVICE_SETTING_31": "0.25",
        "SERVICE_SETTING_32": "a,b,c",
        "SERVICE_SETTING_33": "8080",
        "SERVICE_SETTING_34": "eu-west-1",
        "SERVICE_SETTING_35": "true",
        "SERVICE_SETTING_36": "q7Rk2Vw9Zt4Lm8Xc3Bn6Hj1Fd5Gs0P35",
        "SERVICE_SETTING_37": "https://api.example.com/v1",
        "SERVICE_SETTING_38": "30s",
        "SERVICE_SETTING_39": "0.25",
        "SERVICE_SETTING_40": "a,b,c",
    ]
}
