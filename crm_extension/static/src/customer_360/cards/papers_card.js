import { fileIcon } from "../../contract/contract_files";
import { cardRegistry } from "./customer_card";
import { FilesCard } from "./cards";

/** Contracts with where they stand, then files. */
export class PapersCard extends FilesCard {
    static template = "crm_extension.PapersCard";

    icon(file) {
        return file.is_file ? fileIcon(file.mimetype) : file.icon;
    }
}

cardRegistry.add("papers", PapersCard);
