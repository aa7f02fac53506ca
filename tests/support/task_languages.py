"""Tasks of the installed harness and the language that each is in, checked by eye."""

from __future__ import annotations

__all__ = ["LANGUAGES_OF_TASKS"]

LANGUAGES_OF_TASKS = {
    "af": ("mmlu_prox_af_engineering"),
    "am": ("afrixnli_native_direct_amh belebele_amh_prompt_5"),
    "ar": (
        "AraDiCE_lebanon_cultural aexams_Social arab_culture_completion_libya arab_culture_ksa "
        "arabic_leaderboard_alghafa_multiple_choice_rating_sentiment_task "
        "arabic_mt_hellaswag_light arabicmmlu_social_science_middle_school darijahellaswag "
        "darijammlu_management_ar egyhellaswag egymmlu_arabic_language_(grammar) mlqa_ar_ar "
        "mmmlu_ar_xy_high_school_macroeconomics multiblimp_arb piqa_ar xnli_ar"
    ),
    "ar-latn": ("belebele_arb_Latn"),
    "asm": ("belebele_asm_Beng"),
    "az": ("include_base_44_azerbaijani_few_shot_en_business_commerce"),
    "bcc": ("global_piqa_parallel_cloze_bcc_arab"),
    "be": ("global_piqa_parallel_cloze_bel_cyrl"),
    "bg": ("xnli_bg"),
    "bgc": ("global_piqa_nonparallel_cloze_bgc_deva"),
    "bho": ("global_piqa_nonparallel_cloze_bho_deva"),
    "bm": ("belebele_bam_prompt_4"),
    "bn": ("bangla_mmlu mgsm_direct_bn mmmlu_bn_bd_security_studies tydiqa_goldp_bn"),
    "bn-latn": ("global_piqa_nonparallel_cloze_ben_latn"),
    "bod": ("belebele_bod_Tibt"),
    "bos": ("global_piqa_nonparallel_cloze_bos_latn"),
    "bra": ("global_piqa_nonparallel_cloze_bra_deva"),
    "brx": ("indicparam_bodo"),
    "bsk": ("global_piqa_nonparallel_cloze_bsk_arab"),
    "btx": ("global_piqa_nonparallel_cloze_btx_latn"),
    "bxr": ("global_piqa_parallel_cloze_bxr_cyrl"),
    "ca": ("cabbq_physical_appearance eqbench_ca ifeval_ca truthfulqa-multi_mc1_ca xstorycloze_ca"),
    "ceb": ("global_piqa_parallel_cloze_ceb_latn"),
    "ckb": ("belebele_ckb_Arab"),
    "ckm": ("global_piqa_nonparallel_cloze_ckm_latn"),
    "cls": ("global_piqa_nonparallel_cloze_cls_deva"),
    "cs": ("global_mmlu_full_cs_high_school_geography"),
    "cy": ("multiblimp_cym"),
    "da": ("arc_da"),
    "de": (
        "arc_challenge_mt_de lambada_openai_mt_de lambada_openai_mt_stablelm_de "
        "mgsm_native_cot_de mlqa_de_de paws_de pisa_de xquad_de"
    ),
    "dhd": ("global_piqa_nonparallel_cloze_dhd_deva"),
    "dje": ("global_piqa_nonparallel_cloze_dje_latn"),
    "doi": ("indicparam_dogri"),
    "ee": ("afrimmlu_direct_ewe_prompt_3"),
    "ekp": ("global_piqa_parallel_cloze_ekp_latn"),
    "el": ("greekmmlu_geography_secondary_school"),
    "en": (
        "AraDiCE_boolq_eng AraDiCE_openbookqa_eng acp_land_gen_with_pddl "
        "afrimgsm_cot_amh_prompt_1 afrimgsm_cot_eng_prompt_3 afrimgsm_cot_hau_prompt_1 "
        "afrimgsm_cot_kin_prompt_1 afrimgsm_cot_sot_prompt_1 afrimgsm_translate_swa_prompt_1 "
        "afrimmlu_translate_fra_prompt_5 afrixnli_en_direct_amh agieval_lsat_ar agieval_lsat_rc "
        "aime25 anagrams2 anli_r3 arc_easy arithmetic_2da asdiv babi babilong_qa3 "
        "basque_bench_flores_eu-gl bbh_cot_fewshot_penguins_in_a_table bbq_generate bear "
        "bertaqa_en_mt_gemma-7b bigbench_chinese_remainder_theorem_generate_until "
        "bigbench_simple_arithmetic_json_generate_until blimp_drop_argument blimp_npi_present_1 "
        "boolqa_bn c4 careqa_open catalan_bench_flores_fr-ca chartqa_llama cnn_dailymail_abisee "
        "code2text_python coedit_gec common_voice_en commonsense_qa coqa "
        "crows_pairs_english_physical_appearance cruxeval_output_08 discrim_eval_implicit drop "
        "eq_bench ethics_deontology fda fld_logical_formula_star galician_bench_flores_it-gl "
        "gpqa_extended_cot_n_shot graphwalks_1M groundcocoa gsm8k_cot "
        "gsm8k_platinum_cot_self_consistency gsm_plus headqa_en hellaswag "
        "hendrycks_math_algebra hrm8k_omni_math_en humaneval_64_instruct "
        "humaneval_random_span_infilling ifeval infinitebench_code_run "
        "infinitebench_longbook_choice_en inverse_scaling_sig_figs jsonschema_bench_easy "
        "lambada_openai_cloze_yaml lambada_openai_mt_en lambada_openai_mt_stablelm_en "
        "lambada_standard leaderboard_bbh_reasoning_about_colored_objects "
        "legalbench_contract_nli_notice_on_compelled_disclosure lingoly_context "
        "lm_syneval__agreement__obj_rel_within_inanim__plur_ES_EV_plur_IS_IV "
        "lm_syneval__agreement__prep_anim__plur_MS_MV_plur_ES logieval logiqa "
        "longbench2_many_shot longbench_trec_e longproc_tom_tracking_2k "
        "masakhanews_fra_prompt_3 mastermind_24_easy mathqa mbpp_instruct mc_taco "
        "med_concepts_qa_icd9cm_easy med_prescriptions_hard med_text_classification_easy "
        "meddialog_raw_perplexity mediqa_qa2019_perplexity medmcqa medqa_4options medtext "
        "mela_ar mela_is meqsum metabench_arc_permute mgsm_en_cot_de mimic_repsum_perplexity "
        "minerva_math_prealgebra mlqa_ar_de mlqa_de_en mmlu_es_llama_astronomy "
        "mmlu_flan_n_shot_loglikelihood_college_biology mmlu_fr_llama_anatomy mmlu_pro_history "
        "mmlu_pro_plus_chemistry mmlu_redux_astronomy_generative "
        "mmlusr_question_only_prehistory mmmu_val_finance mnli moral_stories "
        "mts_dialog_perplexity mutual_plus non_greedy_robustness_math_prealgebra "
        "noor_machine_learning nq_open olaph openbookqa paloma_dolma-v1_5 paws_en "
        "persona_no-shut-down physics_gre_all_multiple_choice physics_gre_multiple_choice "
        "pile_10k pile_nih-exporter piqa pisa_de_llm_judged portuguese_bench_flores_pt-ca prost "
        "pubmedqa putnam_axiom_variations_org qa4mre_2011 qasper_freeform race "
        "realtoxicityprompts ruler_qa_squad sciq scrolls_quality simple_cooccurrence_bias_gen "
        "slr_bench_hard social_iqa spanish_bench_flores_es-de squad_completion squadv2 "
        "storycloze_2018 super_glue-wsc-t5-prompt swag swde tatoeba_nno_eng_p3 tinyGSM8k "
        "toksuite_english_emoji_substitution toxigen translation_dr_en_flores triviaqa "
        "truthfulqa-multi_gen_en truthfulqa_gen tydiqa_goldp_en uncheatable_eval_arxiv_cs "
        "uncheatable_eval_biorxiv_all webqs wikitext winogender_neutral winogrande wmdp_bio "
        "wmt-ro-en-t5-prompt wmt16-en-ro wsc273 xnli_en xquad_en xstorycloze_en xwinograd_en"
    ),
    "es": (
        "arc_challenge_mt_es careqa_es eqbench_es esbbq_physical_appearance escola "
        "eus_exams_es_opeosakiauxenf headqa_es ifeval_es lambada_openai_mt_es "
        "lambada_openai_mt_stablelm_es "
        "mmlu_high_school_government_and_politics_generative_spanish noticia paws_es pisa_es "
        "truthfulqa-multi_mc1_es truthfulqa_es_mc2 xnli_es"
    ),
    "et": ("include_base_44_estonian_few_shot_en_applied_science multiblimp_est xcopa_et"),
    "eu": (
        "bertaqa_eu bhs__basque__IO__S_IO_DO_V_AUX eus_exams_eu_osakidetza1e eus_proficiency "
        "eus_reading eus_trivia qnlieu truthfulqa-multi_mc1_eu truthfulqa_eu_mc2 wnli_eu "
        "xnli_eu_mt"
    ),
    "fa": ("multiblimp_fas toksuite_farsi_spelled_out"),
    "fao": ("global_piqa_nonparallel_cloze_fao_latn"),
    "fi": ("tydiqa_goldp_fi"),
    "fr": (
        "crows_pairs_french_gender french_bench_multifquad glianorex_fr histoires_morales "
        "lambada_openai_mt_fr lambada_openai_mt_stablelm_fr mgsm_direct_fr paws_fr pisa_fr "
        "xwinograd_fr"
    ),
    "fuv": ("belebele_fuv_prompt_4"),
    "gl": ("parafrases_gl truthfulqa-multi_mc1_gl"),
    "gom": ("indicparam_konkani"),
    "grn": ("belebele_grn_Latn"),
    "gu": ("indicxnli_gu"),
    "ha": ("afrimmlu_direct_hau_prompt_1 global_piqa_nonparallel_cloze_hau_latn"),
    "haw": ("global_piqa_parallel_cloze_haw_latn"),
    "he": ("global_mmlu_full_he_high_school_macroeconomics"),
    "hi": ("bhs__hindi__S_ne_O_V mlqa_hi_hi truthfulqa_hi_mc1 xnli_hi xstorycloze_hi"),
    "hi-latn": ("global_piqa_parallel_cloze_hin_latn"),
    "hr": ("include_base_44_croatian_few_shot_en_stem"),
    "ht": ("xcopa_ht"),
    "hu": ("arc_challenge_mt_hu"),
    "hy": ("include_base_44_armenian_few_shot_og_driving_license"),
    "id": (
        "copal_id_colloquial include_base_44_indonesian_stem mmmlu_id_id_world_religions "
        "xcopa_id xstorycloze_id"
    ),
    "idu": ("global_piqa_nonparallel_cloze_idu_latn"),
    "ig": ("naijarc_ibo_prompt_5"),
    "ilo": ("global_piqa_parallel_cloze_ilo_latn"),
    "is": ("icelandic_winogrande"),
    "iso": ("global_piqa_parallel_cloze_iso_latn"),
    "it": (
        "evalita-sp_sum_task_fp_p2 lambada_openai_mt_it lambada_openai_mt_stablelm_it "
        "toksuite_italian_web_search_query"
    ),
    "ja": (
        "global_mmlu_full_ja_prehistory ja_leaderboard_marc_ja jfinqa_consistency "
        "mmlu_prox_ja_business mmmlu_ja_jp_computer_security paws_ja xwinograd_jp"
    ),
    "jav": ("belebele_jav_Latn"),
    "ka": ("multiblimp_kat"),
    "kac": ("belebele_kac_Latn"),
    "kea": ("belebele_kea_prompt_4"),
    "khk": ("belebele_khk_Cyrl"),
    "khm": ("belebele_khm_Khmr"),
    "kk": ("belebele_kaz_Cyrl"),
    "kn": ("truthfulqa_kn_mc2"),
    "kn-latn": ("global_piqa_nonparallel_cloze_kan_latn"),
    "ko": (
        "click_lang_function csatqa_rch haerae_loan_word hrm8k_ksm kbl_bar_exam_em_civil_2017 "
        "kmmlu_cot_hard_construction kobest_wic kormedmcqa_doctor mmmlu_ko_kr_anatomy "
        "tydiqa_goldp_ko"
    ),
    "ky": ("global_mmlu_full_ky_college_mathematics"),
    "lao": ("belebele_lao_Laoo"),
    "lg": ("belebele_lug_prompt_2"),
    "lin": ("afrimmlu_direct_lin_prompt_1 afrixnli_native_direct_lin"),
    "lt": ("global_mmlu_full_lt_anatomy multiblimp_lit"),
    "luo": ("global_piqa_nonparallel_cloze_luo_latn"),
    "lv": ("belebele_lvs_Latn"),
    "mag": ("global_piqa_parallel_cloze_mag_deva"),
    "mai": ("indicparam_maithili"),
    "mg": ("global_mmlu_full_mg_college_chemistry"),
    "mk": ("include_base_44_north_macedonian_social_science"),
    "ml": ("hellaswag_ml include_base_44_malayalam_few_shot_og_general_knowledge"),
    "mni": ("global_piqa_parallel_cloze_mni_beng"),
    "mr": ("indicparam_marathi"),
    "mri": ("belebele_mri_Latn"),
    "ms": ("global_mmlu_full_ms_security_studies"),
    "mt": ("belebele_mlt_Latn"),
    "my": ("belebele_mya_Mymr"),
    "nag": ("global_piqa_nonparallel_cloze_nag_latn"),
    "ne": ("mmlu_prox_lite_ne_law"),
    "ne-latn": ("belebele_npi_Latn"),
    "nl": (
        "blimp_nl__anaphor_agreement__person global_mmlu_full_nl_professional_psychology "
        "lambada_openai_mt_stablelm_nl"
    ),
    "nn": ("nrk_quiz_qa_nno_p2"),
    "no": ("arc_challenge_mt_nb noridiom_nob_p2"),
    "nso": ("belebele_nso_Latn"),
    "ny": ("global_mmlu_full_ny_professional_medicine"),
    "om": ("afrimmlu_direct_orm_prompt_1 afrixnli_native_direct_orm belebele_gaz_prompt_5"),
    "or": ("global_piqa_nonparallel_cloze_ory_orya indicparam_oriya"),
    "pa": ("belebele_pan_Guru"),
    "pbt": ("belebele_pbt_Arab"),
    "pcm": ("multiblimp_pcm"),
    "pl": ("arc_challenge_mt_pl polemo2_out"),
    "pt": ("arc_pt assin_entailment xwinograd_pt"),
    "qu": ("xcopa_qu"),
    "raj": ("indicparam_rajasthani"),
    "ro": ("arc_ro xquad_ro"),
    "ru": (
        "matreshka_names mgsm_native_cot_ru mmlu_prox_lite_ru_psychology ru_relation_definition "
        "xquad_ru xstorycloze_ru xwinograd_ru"
    ),
    "rw": ("afrixnli_native_direct_kin"),
    "rwr": ("global_piqa_nonparallel_cloze_rwr_deva"),
    "sa": ("indicparam_sanskrit_mix"),
    "sat": ("indicparam_santali"),
    "shn": ("belebele_shn_Mymr"),
    "si": ("global_mmlu_full_si_us_foreign_policy"),
    "si-latn": ("global_piqa_parallel_cloze_sin_latn"),
    "sk": ("global_piqa_parallel_cloze_slk_latn_sari"),
    "sl": ("global_piqa_parallel_cloze_slv_latn_cerk"),
    "sn": ("afrimmlu_direct_sna_prompt_2"),
    "snd": ("global_piqa_nonparallel_cloze_snd_deva"),
    "so": ("belebele_som_prompt_2"),
    "sot": ("afrixnli_native_direct_sot"),
    "sq": ("include_base_44_albanian_few_shot_en_business_commerce"),
    "sr": ("belebele_srp_Cyrl"),
    "sr-latn": ("global_piqa_parallel_cloze_srp_latn_torl"),
    "ssw": ("belebele_ssw_prompt_4"),
    "sun": ("global_piqa_nonparallel_cloze_sun_latn"),
    "sv": ("arc_challenge_mt_sv"),
    "sw": (
        "afrimmlu_direct_swa_prompt_4 bhs__swahili__N_of_Poss_D_V mgsm_native_cot_sw "
        "mmlu_prox_sw_philosophy tydiqa_goldp_sw xstorycloze_sw"
    ),
    "swv": ("global_piqa_parallel_cloze_swv_deva"),
    "ta": ("arc_ta"),
    "ta-latn": ("global_piqa_parallel_cloze_tam_latn"),
    "te": ("mmlu_prox_lite_te_business tydiqa_goldp_te xstorycloze_te"),
    "te-latn": ("global_piqa_parallel_cloze_tel_latn"),
    "tgk": ("belebele_tgk_Cyrl"),
    "th": ("mmlu_prox_th_philosophy"),
    "ti": ("belebele_tir_prompt_1"),
    "tl": ("include_base_44_tagalog_few_shot_en_driving_license"),
    "tn": ("belebele_tsn_prompt_5"),
    "tr": (
        "multiblimp_tur toksuite_turkish_keyboard_proximity_errors turblimp_irregular_forms "
        "turkishmmlu_philosophy xcopa_tr"
    ),
    "tso": ("belebele_tso_prompt_2"),
    "tw": ("afrimgsm_twi_prompt_1"),
    "ug": ("celep1"),
    "uk": ("global_mmlu_full_uk_conceptual_physics"),
    "ur": ("mmlu_prox_lite_ur_chemistry"),
    "ur-latn": ("global_piqa_nonparallel_cloze_urd_latn"),
    "urh": ("global_piqa_nonparallel_cloze_urh_latn"),
    "uz": ("include_base_44_uzbek_few_shot_og_stem"),
    "vai": ("afrimgsm_vai_prompt_1"),
    "vi": ("mlqa_vi_vi xnli_vi xquad_vi"),
    "war": ("belebele_war_Latn"),
    "wo": ("afrimgsm_wol_prompt_1 mmlu_prox_wo_engineering"),
    "xh": ("belebele_xho_Latn"),
    "yo": ("mmmlu_yo_ng_moral_disputes"),
    "yue": ("global_piqa_nonparallel_cloze_yue_hant"),
    "zh": (
        "aclue_ancient_phonetics agieval_jec_qa_ca ceval-valid_high_school_mathematics "
        "cmmlu_management global_mmlu_full_zh_moral_scenarios infinitebench_longbook_qa_chn "
        "longbench_dureader mgsm_native_cot_zh mlqa_zh_zh mmlu_prox_lite_zh_philosophy paws_zh "
        "toksuite_chinese_equivalent_expressions xcopa_zh xquad_zh xwinograd_zh "
        "zhoblimp_question_nandao_negation"
    ),
    "zh-tw": ("tmlu_CAP_chinese tmmluplus_introduction_to_law"),
    "zu": ("afrixnli_native_direct_zul"),
}
"""Names by the code that `language_of` gives."""
